import SupportPortal
import SupportPortalTesting
import Testing

/// Every law can fail: for each there are mistakes that it notices.
@Suite("Planted bugs")
struct PlantedBugTests {
    // Two at a time: hundreds at once would keep the laws of waiting in other suites from being woken in time.

    @Test(
        "are noticed by the laws that must, the first half", .serialized,
        arguments: PlantedBug.all.prefix(PlantedBug.all.count / 2))
    func isNoticed(_ bug: PlantedBug) async throws { try await check(bug) }

    @Test(
        "are noticed by the laws that must, the other half", .serialized,
        arguments: PlantedBug.all.dropFirst(PlantedBug.all.count / 2))
    func isNoticedToo(_ bug: PlantedBug) async throws { try await check(bug) }

    private func check(_ bug: PlantedBug) async throws {
        var subject = bug.subject
        // What never comes need not be waited for here.
        subject.patience = .milliseconds(100)
        for law in bug.laws {
            let error = await #expect(throws: (any Error).self, "“\(law)” does not notice it") {
                try await law.check(subject)
            }
            // A bug may also be that the store refuses what it should not.
            #expect(error is LawViolation || error is StorageError, "“\(law)” ends with \(String(describing: error))")
        }
    }

    @Test("are planted in stores that keep the same laws without them", .serialized, arguments: PlantedBug.soundStores)
    func keeps(_ store: PlantedBug, _ law: StorageLaw) async throws {
        try await law.check(store.subject)
    }

    @Test("are there for every law")
    func complete() {
        let noticing = Set(PlantedBug.all.flatMap(\.laws).map(\.name))
        #expect(Set(PlantedBug.lawsOfBugs.map(\.name)).subtracting(noticing) == [])
        // The other stores of the kind have the same laws, of one source.
        let names = [StorageLaws.announcements, StorageLaws.articles, StorageLaws.downloads].map { laws in
            laws.map { $0.name.drop { $0 != ":" } }
        }
        #expect(names[0] == names[1] && names[2] == names[1])
    }

    @Test("have names of their own, and name laws that there are")
    func names() {
        #expect(Set(PlantedBug.all.map(\.name)).count == PlantedBug.all.count)
        for bug in PlantedBug.all {
            #expect(!bug.beginnings.isEmpty, "\(bug) breaks no law")
            for beginning in bug.beginnings {
                #expect(
                    PlantedBug.lawsOfBugs.count { $0.name.hasPrefix(beginning) } == 1, "“\(beginning)” begins no law, or several")
            }
        }
    }
}
