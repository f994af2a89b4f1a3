/// JSON text that is being written: the bytes so far, and the containers that are open.
///
/// Containers of `Codable` do not say when they are done. A value closes what was opened for it when it has been encoded, and whoever
/// writes into a container closes those within. A container is known by its depth and by where it starts; one that is not open any more cannot
/// be written to.
struct JSONOutput: ~Copyable {
    /// What of a container is put in order when it is closed.
    enum Sorting: UInt8 {
        case none
        /// The elements of an array, by their text.
        case elements
        /// The members of an object, by their names; in an array, pairs of elements, by their text.
        case pairs
    }

    /// A container, for those who write to it.
    struct Place {
        var level: Int32
        var start: Int

        /// Not open, because containers were used in a wrong order.
        static let closed = Place(level: -1, start: -1)
    }

    private struct Frame {
        let start: Int
        let isObject: Bool
        let sorting: Sorting
        /// How many values were begun.
        var count = 0
        /// Where the name of the current member is.
        var name = 0
        /// Where a value was promised that is written later, or nothing.
        var promise = -1
        let firstPiece: Int
    }

    /// What is moved as a whole when a container is put in order.
    private struct Piece {
        var range: Range<Int>
        var name: String
    }

    /// How deep containers may be.
    static let deepest = 512

    var bytes = ByteOutput(capacity: 4_096)
    private var frames: [Frame] = []
    private var pieces: [Piece] = []

    init() { frames.reserveCapacity(8) }

    /// Closes the containers deeper than a level.
    @inline(__always)
    mutating func close(to level: Int32) {
        while frames.count > level { closeLast() }
    }

    private mutating func closeLast() {
        let frame = frames.removeLast()
        if frame.promise == bytes.count { bytes.append(plain: "{}") }
        if frame.sorting != .none { sort(frame) }
        bytes.append(frame.isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    }

    /// Begins a container where a value is expected. One that the value has opened before goes on.
    /// - Returns: the place, and `nil` if a value is there already.
    mutating func open(level: Int32, start: Int, isObject: Bool, sorting: Sorting) -> Place? {
        if bytes.count == start, frames.count == level {
            guard level < Self.deepest else { return nil }
            frames.append(Frame(start: start, isObject: isObject, sorting: sorting, firstPiece: pieces.count))
            bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
            return Place(level: level, start: start)
        }
        guard frames.count > level, frames[Int(level)].start == start, frames[Int(level)].isObject == isObject else { return nil }
        return Place(level: level, start: start)
    }

    /// Begins a value of a container; those deeper are closed.
    /// - Returns: whether the container is open.
    @inline(__always)
    private mutating func begin(_ place: Place) -> Bool {
        guard place.level >= 0, frames.count > place.level else { return false }
        close(to: place.level + 1)
        let last = frames.count &- 1
        guard frames[last].start == place.start else { return false }
        if frames[last].promise == bytes.count { bytes.append(plain: "{}") }
        if frames[last].count > 0 { bytes.append(UInt8(ascii: ",")) }
        frames[last].count &+= 1
        frames[last].name = bytes.count
        return true
    }

    /// Begins a member of an object.
    @inline(__always)
    mutating func beginMember(_ place: Place, name: String) -> Bool {
        guard begin(place) else { return false }
        if frames[frames.count &- 1].sorting != .none { pieces.append(Piece(range: bytes.count..<bytes.count, name: name)) }
        bytes.append(quoted: name)
        bytes.append(UInt8(ascii: ":"))
        return true
    }

    /// Begins an element of an array.
    @inline(__always)
    mutating func beginElement(_ place: Place) -> Bool {
        guard begin(place) else { return false }
        let frame = frames[frames.count &- 1]
        if frame.sorting == .elements || frame.sorting == .pairs && frame.count % 2 == 1 {
            pieces.append(Piece(range: bytes.count..<bytes.count, name: ""))
        }
        return true
    }

    /// Notes that the value that was begun comes later, or never: then it is an empty object.
    mutating func promiseValue(_ place: Place) { frames[Int(place.level)].promise = bytes.count }

    /// How many values were begun in a container.
    func count(_ place: Place) -> Int {
        place.level >= 0 && frames.count > place.level ? frames[Int(place.level)].count : 0
    }

    private mutating func sort(_ frame: Frame) {
        defer { pieces.removeLast(pieces.count - frame.firstPiece) }
        guard pieces.count - frame.firstPiece > 1 else { return }
        var sorted = pieces[frame.firstPiece...]
        for index in sorted.indices {
            // A comma stands before the next one.
            let end = index + 1 < sorted.endIndex ? sorted[index + 1].range.lowerBound - 1 : bytes.count
            sorted[index].range = sorted[index].range.lowerBound..<end
        }
        let start = sorted[frame.firstPiece].range.lowerBound
        if frame.isObject {
            sorted.sort { $0.name.precedesByBytes($1.name) }
        } else {
            sorted.sort { bytes.precedes($0.range, $1.range) }
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count - start)
        for piece in sorted {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            bytes.append(piece.range, to: &text)
        }
        bytes.replaceSuffix(from: start, with: text)
    }

    /// The path of a value at a level, read from what was written.
    func path(level: Int32) -> [any CodingKey] {
        frames.prefix(Int(max(0, level))).map { frame in
            guard frame.isObject else { return PathKey(index: frame.count - 1) }
            let text = bytes.bytes(in: min(frame.name + 1, bytes.count)..<bytes.count)
            let name = unsafe text.withUnsafeBufferPointer { text in
                var end = unsafe PlainText.end(in: text, from: 0)
                while end < text.count, unsafe text[end] == UInt8(ascii: "\\") {
                    end = unsafe PlainText.end(in: text, from: end + 2)
                }
                return String(
                    decoding: unsafe PlainText.unescaped(UnsafeBufferPointer(rebasing: text[..<min(end, text.count)])),
                    as: UTF8.self)
            }
            return PathKey(stringValue: name)
        }
    }
}

/// A step of the way to a value: the name of a member or the index of an element.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init?(intValue: Int) { self.init(index: intValue) }

    init(index: Int) {
        stringValue = "Index \(index)"
        intValue = index
    }
}
