package import Foundation

/// A folder of its own, removed with all that is in it when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    /// Where it is.
    package let path: String

    /// Makes an empty folder.
    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "support-portal-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// All files in it, and what is in them.
    package func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
            let type = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.type] as? FileAttributeType
            if type != .typeDirectory { contents[name] = try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }
        }
        return contents
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
