/// What the log throws.
package struct LogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    package enum Code: String, Hashable, Sendable {
        /// Another process, or another ``Log`` of this one, has the directory open.
        case locked
        /// A later version wrote the files. Nothing was touched.
        case newerFormat
        /// There is no such directory.
        case missingDirectory
        /// The files or the directory may not be written, or not be read.
        case notPermitted
        /// A symbolic link, or something else, stands where a file or a directory belongs. Nothing was touched.
        case notAFile
        /// No room. Nothing was stored; it works again when there is room.
        case diskFull
        /// The operating system reports an error. Nothing was stored.
        case inputOutput
        /// The disk did not confirm what was written: whether it is stored shows when the log is opened anew. Until then it only reads.
        case unconfirmed
        /// The log only reads, because of an earlier error that ``LogError/message`` tells of, until it is opened anew.
        case stopped
        /// The log was opened to read only.
        case readOnly
        /// The log was closed.
        case closed
        /// A record has another revision than expected: ``LogError/current``. Nothing was stored.
        case conflict
        /// The key is empty or too long.
        case invalidKey
        /// The value is `null` or no JSON.
        case invalidValue
        /// The record to be incremented is no integer, or would become too large.
        case invalidCounter
        /// The commit is larger than a line may be.
        case tooLarge
        /// The bytes of a record are not those that were written. ``Log/verify()`` tells where.
        case damaged
    }

    /// What went wrong.
    package var code: Code
    /// For developers: names paths and keys.
    package var message: String
    /// With ``Code/conflict``: the key of the record.
    package var key: String?
    /// With ``Code/conflict``: the revision that it has, 0 if it is not there.
    package var current: Int64?

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func conflict(_ key: String, current: Int64) -> LogError {
        var error = LogError(.conflict, "record \(key) has revision \(current)")
        error.key = key
        error.current = current
        return error
    }

    /// An error as the log throws it, given any that came from below.
    package init(_ error: any Error) {
        if let error = error as? LogError {
            self = error
        } else if let error = error as? FileError {
            let code: Code =
                switch error.reason {
                case .full: .diskFull
                case .notPermitted: .notPermitted
                case .symbolicLink, .notADirectory: .notAFile
                case .notFound, .exists, .other: .inputOutput
                }
            self.init(code, error.description)
        } else {
            self.init(.inputOutput, String(describing: error))
        }
    }

    /// Code and message.
    package var description: String { "\(code.rawValue): \(message)" }
}
