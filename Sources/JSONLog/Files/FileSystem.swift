/// What the log asks of the operating system; tests put systems in its place that fail, or forget as a power cut does.
///
/// Paths are whole paths. Every call blocks until it is done, and throws a ``FileError``. A symbolic link is never followed in the
/// last part of a path.
package protocol FileSystem: Sendable {
    /// Opens a file, which must exist unless it is to be created.
    func open(_ path: String, _ access: FileAccess) throws(FileError) -> any LogFile
    /// Opens or creates the file and locks it for this process; `nil` if it is locked already. The lock goes with the object.
    func lock(_ path: String) throws(FileError) -> (any FileLock)?
    /// The names in a directory.
    func list(_ directory: String) throws(FileError) -> [String]
    /// Makes a directory; one that exists is well too.
    func makeDirectory(_ path: String) throws(FileError)
    /// Gives a file another name, in place of the file that had it.
    func rename(_ path: String, to newPath: String) throws(FileError)
    /// Removes a name; whoever has the file open keeps it. One that is not there is well too.
    func remove(_ path: String) throws(FileError)
    /// Makes the names in a directory safe from a power cut.
    func syncDirectory(_ path: String) throws(FileError)
}

/// How a file is opened.
package enum FileAccess: Sendable {
    /// To read only.
    case reading
    /// To read and write.
    case writing
    /// To read and write, as a new and empty one; the name must be free.
    case creating
}

/// An open file. It is closed when the last reference to it goes.
package protocol LogFile: AnyObject, Sendable {
    /// How long it is.
    func size() throws(FileError) -> Int
    /// Reads so many bytes; fewer only where the file ends.
    func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8]
    /// Writes all bytes. If that fails, some of them may have been written.
    func write(_ bytes: [UInt8], at offset: Int) throws(FileError)
    /// Cuts the file, or makes it longer with zeros.
    func truncate(to size: Int) throws(FileError)
    /// Makes the bytes and the length safe from a power cut.
    func sync() throws(FileError)
}

/// Holds a lock as long as it lives.
package protocol FileLock: AnyObject, Sendable {}

/// A call of the operating system that failed.
package struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as it matters.
    package enum Reason: Hashable, Sendable {
        /// There is nothing of that name.
        case notFound
        /// The name is taken.
        case exists
        /// The process may not, or the file system can only be read.
        case notPermitted
        /// The disk, the quota or the file is full.
        case full
        /// A symbolic link, which is not followed.
        case symbolicLink
        /// A part of the path, or the thing itself, is no directory.
        case notADirectory
        /// Anything else.
        case other
    }

    /// The call.
    package var call: String
    /// What it was called for.
    package var path: String
    /// The number of the error.
    package var number: Int32
    /// What went wrong, as far as it matters.
    package var reason: Reason

    /// Makes an error.
    package init(call: String, path: String, number: Int32, reason: Reason) {
        self.call = call
        self.path = path
        self.number = number
        self.reason = reason
    }

    /// Call, path and number.
    package var description: String { "\(call) of \(path) failed with errno \(number)" }
}
