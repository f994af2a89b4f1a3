#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Where time, ids and chance come from. Replace any of them in a test; `SupportPortalTesting` has a clock to turn by hand.
public struct PortalEnvironment: Sendable {
    /// What time it is. The portal rounds it to whole milliseconds, so that instants survive being written down.
    public var now: @Sendable () -> Date = { Date() }
    /// Waits; throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    /// A new id: unique, and not to be guessed where an id alone leads to something. 128 random bits unless replaced.
    public var makeID: @Sendable () -> String = { PortalEnvironment.randomBytes(16).hexadecimal }
    /// 16 unpredictable bytes for an access token or a submit key.
    public var makeSecret: @Sendable () -> [UInt8] = { PortalEnvironment.randomBytes(16) }
    /// A random number for ticket numbers and for spreading retries out.
    public var random: @Sendable () -> UInt64 = { .random(in: .min ... .max) }

    /// Hears of what failed beside an answer that was good all the same, such as counting a file that was delivered. Does nothing unless replaced; it
    /// is waited for, so what it does must not take long.
    public var report: @Sendable (any Error) -> Void = { _ in }

    /// The system's clock and random numbers.
    public init() {}

    /// What time it is, in whole milliseconds.
    var date: Date { now().roundedToMilliseconds }

    /// Eight bytes at a time, as each asks the system.
    private static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            var word = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

extension Date {
    /// Milliseconds since 1970, rounded; far dates stop at the ends of what 64 bits hold.
    package var milliseconds: Int64 {
        let value = (timeIntervalSince1970 * 1_000).rounded()
        return Int64(exactly: value) ?? (value < 0 ? .min : .max)
    }

    /// The date of whole milliseconds since 1970.
    package init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }

    /// The nearest instant of whole milliseconds, which survives every way of writing it down.
    package var roundedToMilliseconds: Date { Date(milliseconds: milliseconds) }

    /// The instant a duration later, in whole milliseconds.
    package func adding(_ duration: Duration) -> Date { addingTimeInterval(duration.inSeconds).roundedToMilliseconds }
}

extension Duration {
    /// The duration in seconds.
    package var inSeconds: Double { self / .seconds(1) }
}
