import Foundation

/// What no store can do without: bytes at the end of a file, and the disk asked whether it has them.
final class FloorFile: Sendable {
    private let descriptor: Int32
    private let bytes: [UInt8]

    /// Makes a file to which so many bytes are appended at a time.
    init(_ path: String, size: Int) throws {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw FileProblem("\(path): error \(errno)") }
        bytes = Array(repeating: UInt8(ascii: "x"), count: size)
    }

    deinit { Foundation.close(descriptor) }

    func append() throws {
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count, sync(descriptor) == 0 else {
            throw FileProblem("appending: error \(errno)")
        }
    }
}

/// Something that a file refused.
struct FileProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

private func sync(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
    fcntl(descriptor, F_FULLFSYNC)
    #else
    fdatasync(descriptor)
    #endif
}

/// Files of a directory, those in directories within it included.
struct Files: Sendable {
    let paths: [String]

    init(in directory: URL, ending: String = "") throws {
        paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(ending) }
            .map { directory.appending(path: $0).path }
    }

    /// How many bytes they hold.
    var bytes: Int {
        get throws {
            try paths.reduce(0) { sum, path in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                guard attributes[.type] as? FileAttributeType == .typeRegular else { return sum }
                return sum + ((attributes[.size] as? NSNumber)?.intValue ?? 0)
            }
        }
    }

    /// Has the system forget what it holds of them in memory. Only hints; where there are none, nothing.
    func dropFromMemory() {
        #if os(Linux)
        for path in paths {
            let descriptor = unsafe open(path, O_RDONLY)
            guard descriptor >= 0 else { continue }
            // Pages that wait to be written are not dropped.
            _ = fsync(descriptor)
            _ = posix_fadvise(descriptor, 0, 0, Int32(POSIX_FADV_DONTNEED))
            Foundation.close(descriptor)
        }
        #endif
    }
}
