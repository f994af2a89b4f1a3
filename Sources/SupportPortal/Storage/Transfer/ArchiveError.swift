/// Why a portal could not be exported, restored or verified. What a store throws beside that passes through as it is.
public struct ArchiveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong; later versions add codes.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        /// The code as text.
        public let rawValue: String

        /// Makes a code.
        public init(rawValue: String) { self.rawValue = rawValue }

        // Reading a stream.

        /// The first line is not the header of an archive. Nothing was stored.
        public static let notAnArchive = Code(rawValue: "notAnArchive")
        /// The archive is of a major version that this library does not know. Nothing was stored.
        public static let unsupportedVersion = Code(rawValue: "unsupportedVersion")
        /// The stream ends before its last line: it was cut, or its export did not finish.
        public static let truncated = Code(rawValue: "truncated")
        /// A line is not JSON, or not what its type asks for.
        public static let malformed = Code(rawValue: "malformed")
        /// A line is longer than ``RestoreOptions/longestLine``.
        public static let lineTooLong = Code(rawValue: "lineTooLong")
        /// A line stands where it may not, or breaks the order.
        public static let wrongOrder = Code(rawValue: "wrongOrder")
        /// The stream does not hold as many records as its last line says.
        public static let wrongCounts = Code(rawValue: "wrongCounts")
        /// The stream is not the one that was exported: its SHA-256 is not what its last line says.
        public static let wrongDigest = Code(rawValue: "wrongDigest")
        /// Something follows the last line.
        public static let dataAfterEnd = Code(rawValue: "dataAfterEnd")

        // Restoring.

        /// There is something in the storage already, and ``RestoreOptions/allowsExisting`` is off. Nothing was stored.
        public static let notEmpty = Code(rawValue: "notEmpty")
        /// The storage holds something else under the id, number or place of a line. It stays as it was.
        public static let differs = Code(rawValue: "differs")
        /// The archive has tickets or files, and the storage has no store for them.
        public static let missingStore = Code(rawValue: "missingStore")

        // Exporting.

        /// Somebody changed the portal while it was exported, so that the stream would not be of one moment: stop the portal and export again.
        public static let changedMeanwhile = Code(rawValue: "changedMeanwhile")
        /// A store holds what its contract excludes, such as a message above the last place of its ticket, and no archive can carry it.
        public static let inconsistent = Code(rawValue: "inconsistent")
    }

    /// What is wrong.
    public var code: Code
    /// For developers: names ids, no personal data.
    public var message: String
    /// The line of the stream, counted from 1; `nil` where none is at fault.
    public var line: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, line: Int? = nil) {
        self.code = code
        self.message = message
        self.line = line
    }

    /// Code, line and message.
    public var description: String { "\(code.rawValue)\(line.map { " in line \($0)" } ?? ""): \(message)" }
}

extension ArchiveError.Code {
    /// Lets `catch` and `switch` match an error by its code: `catch let error where .truncated ~= error`.
    public static func ~= (code: ArchiveError.Code, error: any Error) -> Bool {
        (error as? ArchiveError)?.code == code
    }
}
