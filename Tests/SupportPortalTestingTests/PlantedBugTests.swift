import SupportPortal
import SupportPortalTesting
import Testing

/// Every law can fail: each has a mistake that it notices.
@Suite("Planted bugs")
struct PlantedBugTests {
    @Test("are noticed by the laws that must", arguments: PlantedBug.all)
    func isNoticed(_ bug: PlantedBug) async throws {
        var subject = bug.subject
        // What never comes need not be waited for here.
        subject.patience = .milliseconds(100)
        for law in try bug.laws.map(law(beginning:)) {
            let error = await finding(of: law, on: subject)
            #expect(error is LawViolation || error is StorageError, "“\(law)” ends with \(String(describing: error))")
        }
    }

    /// What a law finds. Some mistakes show only when tasks happen to run in some order, so each gets several chances to be made.
    private func finding(of law: StorageLaw, on subject: StorageSubject) async -> (any Error)? {
        for _ in 0..<25 {
            do { try await law.check(subject) } catch { return error }
        }
        return nil
    }

    @Test("are planted in stores that keep these laws without them", arguments: PlantedBug.soundStores)
    func keeps(_ store: PlantedBug) async throws {
        for law in try store.laws.map(law(beginning:)) { try await law.check(store.subject) }
    }

    @Test("are there for every law")
    func complete() throws {
        let noticing = Set(try PlantedBug.all.flatMap { try $0.laws.map(law(beginning:)) }.map(\.name))
        #expect(Set(StorageLaws.all.map(\.name)).subtracting(noticing) == [])
    }

    @Test("have names of their own")
    func names() {
        #expect(Set(PlantedBug.all.map(\.name)).count == PlantedBug.all.count)
    }

    private func law(beginning text: String) throws -> StorageLaw {
        let laws = StorageLaws.all.filter { $0.name.hasPrefix(text) }
        return try #require(laws.count == 1 ? laws.first : nil, "“\(text)” begins \(laws.count) laws")
    }
}
