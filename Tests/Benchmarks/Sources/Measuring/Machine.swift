import Foundation

/// The machine and this process on it.
package enum Machine: Sendable {
    /// Processor, number of cores and system, in a line.
    package static var summary: String {
        let process = ProcessInfo.processInfo
        let memory = process.physicalMemory >> 30
        return "\(processor ?? "unknown processor"), \(process.activeProcessorCount) cores, \(memory) GB, "
            + process.operatingSystemVersionString
    }

    private static var processor: String? {
        #if os(Linux)
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") })
        else { return nil }
        return line.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        #else
        return nil
        #endif
    }

    /// Whether the code was built to be debugged, so that no figure means anything.
    package static var isDebugBuild: Bool {
        #if DEBUG
        true
        #else
        false
        #endif
    }

    /// How much memory the process has in use, in bytes; `nil` where that is not known.
    package static var residentBytes: Int? {
        #if os(Linux)
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
        #else
        return nil
        #endif
    }

    /// How much of ``residentBytes`` is no page of a file: what nobody else can share, and the system cannot take back.
    package static var anonymousBytes: Int? {
        #if os(Linux)
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        #else
        return nil
        #endif
    }
}
