import SupportPortal
import SupportPortalTesting
import TestSupport
import Testing

@Suite("In-memory storage")
struct InMemoryLawTests {
    // The stores of announcements, articles and downloads are one and the same.
    private static let laws =
        Thoroughness.isFull ? StorageLaws.all : StorageLaws.tickets + StorageLaws.articles + StorageLaws.blobs

    @Test("keeps every law", arguments: laws)
    func keeps(_ law: StorageLaw) async throws {
        try await law.check(StorageSubject { InMemoryStorage() }.patient)
    }

    @Test("keeps laws that look at more events than a short feed keeps", arguments: shortFeedLaws)
    func keepsFew(_ law: StorageLaw) async throws {
        try await law.check(StorageSubject { InMemoryStorage(keptEvents: 5) }.patient)
    }

    private static let shortFeedLaws = StorageLaws.all.filter { law in
        [
            "A feed holds all events", "The history of a ticket", "A history is kept", "An erased ticket is found nowhere",
            "Erased people vanish", "What an erasing commit stores", "What a forgetting commit stores",
        ].contains { law.name.contains($0) }
    }

    @Test("The laws have names of their own")
    func names() {
        #expect(Set(StorageLaws.all.map(\.name)).count == StorageLaws.all.count)
    }
}

extension StorageSubject {
    /// One that waits longer for what comes by itself: hundreds of tests share two processors.
    var patient: StorageSubject {
        var subject = self
        subject.patience = .seconds(100)
        return subject
    }
}
