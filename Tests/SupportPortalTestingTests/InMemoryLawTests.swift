import SupportPortal
import SupportPortalTesting
import Testing

@Suite("In-memory storage")
struct InMemoryLawTests {
    @Test("keeps every law", arguments: StorageLaws.all)
    func keeps(_ law: StorageLaw) async throws {
        try await law.check(StorageSubject { InMemoryStorage() })
    }

    @Test("The laws have names of their own")
    func names() {
        #expect(Set(StorageLaws.all.map(\.name)).count == StorageLaws.all.count)
    }
}
