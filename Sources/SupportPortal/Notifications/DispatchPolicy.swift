/// How notices are worked off and tried again.
public struct DispatchPolicy: Hashable, Sendable {
    /// Where the notices of this portal are delivered.
    public enum Place: Hashable, Sendable {
        /// By this portal, when it has channels; a portal without channels acknowledges every event at once.
        case here
        /// By a portal of another process on the same storage: events wait for it even though this one has no channels.
        case elsewhere
    }

    /// Where the notices are delivered.
    public var place = Place.here
    /// How many items are claimed and worked on at the same time.
    public var concurrency = 4
    /// How long a claim holds: longer than any channel takes for a notice.
    public var lease = Duration.seconds(120)
    /// The wait after the first failure; it doubles with each further one.
    public var firstRetry = Duration.seconds(30)
    /// The longest wait.
    public var longestRetry = Duration.seconds(6 * 3600)
    /// After so many failures an item is parked.
    public var attempts = 12
    /// How long a running dispatcher rests before it looks again, where a store cannot wake it.
    public var idle = Duration.seconds(5)

    /// Twelve tries over about a day.
    public init() {}

    /// The wait after a number of failures, spread by up to a fifth either way so that what failed together does not come back together.
    func wait(afterFailures failures: Int, random: UInt64) -> Duration {
        let doublings = Swift.min(Swift.max(0, failures - 1), 40)
        let wait = Swift.min(firstRetry.inSeconds * Double(1 << doublings), longestRetry.inSeconds)
        return .seconds(wait * (0.8 + 0.4 * Double(random % 1_001) / 1_000))
    }
}
