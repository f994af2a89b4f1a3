#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the files of the index cover, so that opening reads but what was written since.
///
/// It is used only if the segments are those that it names, as long as they were, and the last bytes that it covers are still there. Nothing that a
/// crash may take back is ever covered: the segments are on the disk before it is written.
struct Checkpoint: Codable, Hashable, Sendable {
    /// A segment, as far as it is covered.
    struct Segment: Codable, Hashable, Sendable {
        var number: UInt32
        /// How far it is covered; its length, but for the last one.
        var end: Int
        var size: Int
        var liveBytes: Int
        var liveRecords: Int
        var damage: [Range<Int>]
        /// The hash of the last bytes that are covered.
        var tail: String
    }

    /// A file of the index.
    struct Run: Codable, Hashable, Sendable {
        var name: String
        /// Stands for all that is in it: another file of this name is none of this index.
        var fingerprint: UInt64
    }

    /// Grows with the version of the format: what records say and where they are listed may be another in each.
    static let version = SegmentHeader.version

    var version = Checkpoint.version
    /// The number of the last commit that is covered.
    var sequence: Int64
    /// In the order of their numbers; the last one is the one that was being written.
    var segments: [Segment]
    /// Commits that are known to be missing.
    var missing: [ClosedRange<Int64>]
    /// The files of the index, the newest first.
    var runs: [Run]

    /// What a state and files with all its entries cover.
    init(_ state: LogState, _ active: ActiveSegment, runs: [Run]) throws {
        var segments: [Segment] = []
        for usage in state.usages {
            let isActive = usage.segment.number == active.segment.number
            segments.append(
                Segment(
                    number: usage.segment.number, end: isActive ? active.end : usage.end, size: try usage.segment.file.size(),
                    liveBytes: usage.liveBytes, liveRecords: usage.liveRecords, damage: usage.damage,
                    tail: try Self.tail(of: usage.segment, isActive ? active.end : usage.end)))
        }
        sequence = state.sequence
        self.segments = segments
        missing = state.missing
        self.runs = runs
    }

    private static func tail(of segment: JSONLog.Segment, _ end: Int) throws -> String {
        let start = max(0, end - 1024)
        let bytes = try segment.file.read(end - start, at: start)
        var digits: [UInt8] = []
        JSONText.append(hexadecimal: XXHash64.hash(bytes.span), to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }

    /// Whether it is of these segments, which are in the order of their numbers.
    func isOf(_ segments: [(segment: JSONLog.Segment, size: Int)]) throws -> Bool {
        guard let last = self.segments.last, segments.count >= self.segments.count else { return false }
        for (covered, found) in zip(self.segments, segments) {
            guard covered.number == found.segment.number else { return false }
            guard covered.number == last.number ? covered.end <= found.size : covered.size == found.size,
                try covered.tail == Self.tail(of: found.segment, covered.end)
            else { return false }
        }
        return true
    }

    // MARK: As a file

    /// Two lines of JSON: the checkpoint, and the hash of its bytes.
    func text() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = Array(try encoder.encode(self))
        var text = body + Array("\n\"".utf8)
        JSONText.append(hexadecimal: XXHash64.hash(body.span), to: &text)
        return text + Array("\"\n".utf8)
    }

    /// Reads what ``text()`` wrote; `nil` for anything else.
    static func read(_ text: [UInt8]) -> Checkpoint? {
        guard let end = text.firstIndex(of: 0x0A) else { return nil }
        var hash = Array("\"".utf8)
        JSONText.append(hexadecimal: XXHash64.hash(text.span.extracting(0..<end)), to: &hash)
        guard Array(text[(end + 1)...]) == hash + Array("\"\n".utf8),
            let checkpoint = try? JSONDecoder().decode(Checkpoint.self, from: Data(text[..<end])),
            checkpoint.version == version
        else { return nil }
        return checkpoint
    }
}
