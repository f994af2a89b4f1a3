/// A file of lines. Readers hold it, so that it can be read as long as anybody does, though its name be gone.
final class Segment: Sendable {
    let number: UInt32
    let path: String
    let file: any LogFile
    /// The version in its header; where that is damaged, the newest.
    let version: Int64
    /// If that is an earlier version: what makes its records what they would be now.
    private let upgrade: RecordUpgrade?

    init(
        number: UInt32, path: String, file: any LogFile, version: Int64 = SegmentHeader.version, upgrade: RecordUpgrade? = nil
    ) {
        self.number = number
        self.path = path
        self.file = file
        self.version = version
        self.upgrade = version < SegmentHeader.version ? upgrade : nil
    }

    /// What a live operation says in the newest version; `nil` if it says that as it stands.
    func upgraded(_ operation: LoggedOperation, _ bytes: [UInt8]) throws -> LogValue? {
        guard let upgrade, let value = operation.value else { return nil }
        return try upgrade(
            OutdatedRecord(version: version, key: operation.key, value: Array(bytes[value]), lists: operation.lists(bytes)))
    }

    /// Makes a segment that holds its header, safe from a power cut under its name.
    ///
    /// What fails before the name is given throws a ``FileError`` and leaves nothing; after that, ``Unsettled``.
    static func create(_ header: SegmentHeader, sequence: Int64, in directory: String, _ files: any FileSystem) throws -> Segment
    {
        let number = UInt32(clamping: header.segment)
        let path = "\(directory)/\(SegmentName.file(number))"
        let draft = "\(path).tmp"
        try files.remove(draft)
        let file = try files.open(draft, .creating)
        do {
            try file.write(LineWriter.header(header, sequence: sequence), at: 0)
            try file.sync()
        } catch {
            try? files.remove(draft)
            throw error
        }
        do { try files.rename(draft, to: path) } catch {
            // Where there is no room for a name, none was given.
            guard error.reason == .full else { throw Unsettled(error: error) }
            try? files.remove(draft)
            throw error
        }
        do { try files.syncDirectory(directory) } catch { throw Unsettled(error: error) }
        return Segment(number: number, path: path, file: file)
    }

    /// Nobody knows whether the name was given.
    struct Unsettled: Error {
        var error: any Error
    }

    /// Reads the operation at a place; throws ``LogError/Code/damaged`` if the bytes are others than were written.
    func operation(_ place: Place) throws -> (LoggedOperation, [UInt8]) {
        let bytes = try file.read(Int(place.length), at: Int(place.offset))
        guard bytes.count == Int(place.length), Place.check(bytes, bytes.indices) == place.check,
            let operation = LineParser.operation(bytes, bytes.indices)
        else { throw LogError(.damaged, "\(path) is damaged near byte \(place.offset)") }
        return (operation, bytes)
    }
}
