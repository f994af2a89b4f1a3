import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

/// A walk through the portal on JSON files, section by section, checked on the way: it ends with 1 if anything is not as expected.
///
///     swift run --package-path Examples Tour [DIRECTORY [FILE …]]
///
/// The portal's files are in the directory, which must be empty or not there yet, and stay there; without one, in a temporary directory that is
/// removed at the end. The named files are attached to the first ticket; without any, a picture and a log that the tour writes.
@main
struct Tour {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { URL(filePath: $0) }
        var stage = try await Stage(directory: arguments.first, files: Array(arguments.dropFirst()))
        do {
            try await reading(&stage)
            try await tickets(&stage)
        } catch {
            stage.clear()
            throw error
        }
        try await stage.storage.close()
        stage.clear()
        stage.story.finish()
    }
}

/// What the tour plays on: a portal with a clock turned by hand, the people in it, and files on disk.
struct Stage {
    /// Removed at the end.
    let folder: URL
    /// Where the portal is.
    let directory: URL
    let files: [URL]
    let clock = ManualClock()
    let mail = RecordingChannel(name: "mail")
    let environment: PortalEnvironment
    let people: InMemoryPeopleDirectory
    let configuration: PortalConfiguration
    private(set) var storage: JSONFileStorage
    private(set) var portal: Portal
    var story = Narration()

    let alice: Customer
    let bob: Customer
    let tess: Agent
    let bill: Agent

    init(directory given: URL?, files: [URL]) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "swift-support-portal-tour-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.files = try files.isEmpty ? Self.writeFiles(to: folder) : files

        alice = Customer(id: "c-42", name: "Alice", email: try EmailAddress("alice@example.com"))
        bob = Customer(id: "c-43", name: "Bob", email: try EmailAddress("bob@example.com"))
        tess = Agent(id: "a-7", name: "Tess", email: try EmailAddress("tess@host.example"), departments: ["technical"])
        bill = Agent(id: "a-8", name: "Bill", email: try EmailAddress("bill@host.example"), departments: ["billing"])
        people = InMemoryPeopleDirectory(agents: [tess, bill], customers: [alice, bob])
        people.add(Service(id: "s-1", name: "VPS M – web1.example.com", product: "vps"), to: alice.id)

        configuration = try PortalConfiguration {
            $0.departments = [
                Department(id: "technical", name: "Technical", summary: "Something does not work"),
                Department(id: "billing", name: "Billing", summary: "Invoices and payments"),
            ]
            $0.tickets.reopening = .within(.seconds(7 * 24 * 3600), otherwise: .followUp)
            $0.addresses = [try EmailAddress("support@host.example")]
            $0.uploads.allowedExtensions = nil
        }
        environment = .deterministic(clock: clock, seed: 2026)

        directory = given ?? folder.appending(path: "support-data")
        storage = try await JSONFileStorage(directory: directory, create: true)
        portal = Portal(
            storage: storage, channels: [mail], people: people, configuration: configuration, environment: environment)
        // Not a part of what the tour tells, as it is another one each time.
        FileHandle.standardError.write(Data("The portal's files are in \(directory.path)\n".utf8))
        guard try await storage.ticketStore.changes(ChangeQuery(since: nil)).position == .start else {
            FileHandle.standardError.write(Data("There is a portal in it already: please name an empty directory.\n".utf8))
            clear()
            exit(1)
        }
    }

    /// What a host does when it stops, and when it starts again.
    mutating func reopen() async throws {
        try await storage.close()
        storage = try await JSONFileStorage(directory: directory)
        portal = Portal(
            storage: storage, channels: [mail], people: people, configuration: configuration, environment: environment)
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
