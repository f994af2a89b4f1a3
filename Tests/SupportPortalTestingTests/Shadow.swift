import SupportPortal
import Synchronization

/// A second store that takes in the same commits with something changed: what the first one would be if that were all that is stored.
final class Shadow: Sendable {
    let store: InMemoryTicketStore
    private let change: @Sendable (TicketCommit) -> TicketCommit

    init(changing change: @escaping @Sendable (TicketCommit) -> TicketCommit) {
        store = InMemoryTicketStore()
        self.change = change
    }

    /// Commits to the base, then here. What has become impossible here by what was changed is left out.
    func follow(_ commit: TicketCommit, _ base: JournalledTicketStore) async throws -> Position {
        let end = try await base.commit(commit)
        _ = try? await store.commit(change(commit))
        return end
    }
}
