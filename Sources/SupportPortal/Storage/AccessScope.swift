/// Which records a question to a store is about: all of them, or those that bear at least one of the asker's keys.
///
/// A store filters by it in the query itself: records outside are absent from pages, counts and events, as if they did not exist.
public enum AccessScope: Hashable, Sendable, Codable {
    /// Every record: for the portal's own work, such as finding out who hears of an event.
    case everything
    /// Records whose keys and these have one in common.
    case holding(Set<AccessKey>)

    /// Whether a record with these keys is inside.
    public func contains(_ keys: Set<AccessKey>) -> Bool {
        switch self {
        case .everything: true
        case .holding(let held): !held.isDisjoint(with: keys)
        }
    }
}
