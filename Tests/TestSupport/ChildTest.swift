#if os(Linux)
package import Foundation

/// A test in a process of its own: this test program run again for that test alone, which its environment tells to take part. For what ends a process, or
/// holds for all of it.
package enum ChildTest {
    /// The process, not begun yet and silent.
    ///
    /// - Parameters:
    ///   - test: The suite and the test, as filters name them.
    ///   - variable: The variable of the environment that the test looks for.
    ///   - value: What it finds in it.
    package static func process(_ test: String, _ variable: String, _ value: String) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--filter") } + ["--filter", test]
        process.environment = ProcessInfo.processInfo.environment.merging([variable: value]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }
}
#endif
