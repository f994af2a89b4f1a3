import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

/// A walk through the portal, section by section, checked on the way: it ends with 1 if anything is not as expected.
///
///     swift run --package-path Examples Tour [FILE …]
///
/// The named files are attached to the first ticket; without any, a picture and a log that the tour writes to a temporary folder.
@main
struct Tour {
    static func main() async throws {
        var stage = try Stage(files: CommandLine.arguments.dropFirst().map { URL(filePath: $0) })
        try await tickets(&stage)
        stage.clear()
        stage.story.finish()
    }
}

/// What the tour plays on: a portal with a clock turned by hand, the people in it, and files on disk.
struct Stage {
    let folder: URL
    let files: [URL]
    let clock = ManualClock()
    let mail = RecordingChannel(name: "mail")
    let portal: Portal
    var story = Narration()

    let alice: Customer
    let bob: Customer
    let tess: Agent
    let bill: Agent

    init(files: [URL]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "swift-support-portal-tour-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.files = try files.isEmpty ? Self.writeFiles(to: folder) : files

        alice = Customer(id: "c-42", name: "Alice", email: try EmailAddress("alice@example.com"))
        bob = Customer(id: "c-43", name: "Bob", email: try EmailAddress("bob@example.com"))
        tess = Agent(id: "a-7", name: "Tess", email: try EmailAddress("tess@host.example"), departments: ["technical"])
        bill = Agent(id: "a-8", name: "Bill", email: try EmailAddress("bill@host.example"), departments: ["billing"])
        let people = InMemoryPeopleDirectory(agents: [tess, bill], customers: [alice, bob])
        people.add(Service(id: "s-1", name: "VPS M – web1.example.com", product: "vps"), to: alice.id)

        let configuration = try PortalConfiguration {
            $0.departments = [
                Department(id: "technical", name: "Technical", summary: "Something does not work"),
                Department(id: "billing", name: "Billing", summary: "Invoices and payments"),
            ]
            $0.tickets.reopening = .within(.seconds(7 * 24 * 3600), otherwise: .followUp)
            $0.addresses = [try EmailAddress("support@host.example")]
            $0.uploads.allowedExtensions = nil
        }
        portal = Portal(
            storage: InMemoryStorage(), channels: [mail], people: people, configuration: configuration,
            environment: .deterministic(clock: clock, seed: 2026))
    }

    /// A picture of one pixel, and a log.
    private static func writeFiles(to folder: URL) throws -> [URL] {
        let pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        let contents = [
            ("console.png", Data(base64Encoded: pixel) ?? Data()),
            ("boot.log", Data((1...20_000).map { "[\($0)] kernel: waiting for root device\n" }.joined().utf8)),
        ]
        return try contents.map { name, data in
            let file = folder.appending(path: name)
            try data.write(to: file)
            return file
        }
    }

    func clear() { try? FileManager.default.removeItem(at: folder) }
}
