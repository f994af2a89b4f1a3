import JSONLog

/// A file that is being written: under a name of its own first, and safe on the disk before it gets its right one.
actor BlobFile {
    private nonisolated let thread = ThreadExecutor()
    private let path: String
    /// The folders that the file is in, the outer one first.
    private let folders: [String]
    private let files: any FileSystem
    private var file: (any LogFile)?
    private var size = 0

    init(path: String, folders: [String], files: any FileSystem) {
        self.path = path
        self.folders = folders
        self.files = files
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    private var draft: String { "\(path).tmp" }

    /// Writes further bytes.
    func append(_ bytes: [UInt8]) throws(LogError) {
        do {
            let file = try opened()
            try file.write(bytes, at: size)
            size += bytes.count
        } catch { throw LogError(error) }
    }

    /// Gives the file its name. When this returns, it is safe from a power cut.
    func finish() throws(LogError) {
        do {
            try opened().sync()
            try files.rename(draft, to: path)
            for folder in folders.reversed() { try files.syncDirectory(folder) }
            file = nil
        } catch { throw LogError(error) }
    }

    /// Removes whatever there is of it. What cannot be removed is swept one day.
    func remove() {
        file = nil
        try? files.remove(draft)
        try? files.remove(path)
    }

    private func opened() throws(FileError) -> any LogFile {
        if let file { return file }
        for folder in folders { try files.makeDirectory(folder) }
        let opened = try files.open(draft, .creating)
        file = opened
        return opened
    }
}
