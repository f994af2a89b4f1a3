import Foundation
import Narration
import SupportPortal
import SupportPortalTesting

/// An agent shares a file with one customer, offers another to those whose support is paid for, and sees what was downloaded to the end.
@main
struct ShareAFile {
    static func main() async throws {
        var story = Narration()
        let clock = ManualClock()
        let alice = Customer(id: "c-42", name: "Alice")
        let bob = Customer(id: "c-43", name: "Bob")
        let tess = Agent(id: "a-7", name: "Tess", departments: .all)
        let people = InMemoryPeopleDirectory(agents: [tess], customers: [alice, bob])
        people.add(Service(id: "s-1", name: "VPS M", product: "vps-line", supportEnds: clock.now + 30 * 86_400), to: alice.id)
        let portal = Portal(
            storage: InMemoryStorage(), people: people, environment: .deterministic(clock: clock, seed: 7))
        let desk = portal.agent(tess).downloads

        story.section("For Alice alone")
        let report = try await desk.share(
            FileSource(name: "disk-check.txt", data: Data("All sectors are good.\n".utf8)), with: [alice.id],
            title: "The check of your disk", body: "As you asked in your ticket.")
        let hers = try await portal.customer(alice).downloads.shared().items
        let his = try await portal.customer(bob).downloads.newest().items
        story.say("Alice finds “\(hers.map(\.shown.title.text).joined())”, Bob finds \(his.count) files.")
        let refusal = await story.expectRefusal("Bob's download") {
            _ = try await portal.customer(bob).downloads.download(report.id)
        }
        story.say("Bob tries her link: \((refusal as? PortalError)?.code.rawValue ?? "")")
        story.expect(hers.map(\.id), [report.id], "what Alice finds")
        story.expect(his.isEmpty, true, "what Bob finds")
        story.expect((refusal as? PortalError)?.code, .notFound, "what Bob hears")

        story.section("For whose support is paid for")
        let bytes = Data((0..<400_000).map { UInt8(truncatingIfNeeded: $0) })
        let image = try await desk.upload(FileSource(name: "rescue-2.1.iso", data: bytes), title: "Rescue image") { image in
            image.version = "2.1"
            image.requirement = Download.Requirement(products: ["vps-line"], needsSupport: true)
        }
        try await desk.publish(image.id)
        var seen: [(String, DownloadSummary)] = []
        seen.append(("a guest", try await portal.guest().downloads.page(image.id).summary))
        seen.append(("Bob", try await portal.customer(bob).downloads.page(image.id).summary))
        seen.append(("Alice", try await portal.customer(alice).downloads.page(image.id).summary))
        clock.advance(by: .seconds(30 * 86_400))
        seen.append(("Alice, later", try await portal.customer(alice).downloads.page(image.id).summary))
        story.table(
            ["who", "file", "version", "type", "bytes", "access"],
            seen.map { [$0, $1.fileName.text, $1.version.text, $1.type, "\($1.size)", words(for: $1.access)] })
        story.expect(
            seen.map(\.1.access.denial?.reason), [.needsSignIn, .needsProduct, nil, .supportExpired], "who may have the image")
        people.add(Service(id: "s-1", name: "VPS M", product: "vps-line"), to: alice.id)

        story.section("A transfer that breaks, and one that does not")
        var first = try await portal.customer(alice).downloads.download(image.id).bytes.makeAsyncIterator()
        let chunk = try await first.next()
        story.say(
            "\(chunk?.count ?? 0) bytes, then the line is gone: counted \(try await desk.totals(of: [image.id])[image.id] ?? 0)")
        let request = FileRequest(fields: [(name: "Range", value: "bytes=\(chunk?.count ?? 0)-")])
        let rest = try await portal.customer(alice).downloads.download(image.id).answer(to: request)
        for header in rest.headers() where ["Content-Range", "Content-Disposition"].contains(header.name) {
            story.say("\(rest.status) \(header.name): \(header.value)")
        }
        let resumed = try await rest.delivery?.bytes.collect() ?? Data()
        story.expect((chunk ?? Data()) + resumed, bytes, "the two parts")
        story.expect(try await desk.totals(of: [image.id]), [:], "what is counted of parts")
        let whole = try await portal.customer(alice).downloads.download(image.id).bytes.collect()
        let total = try await desk.totals(of: [image.id])
        story.say("\(whole.count) bytes to the end: counted \(total[image.id] ?? 0)")
        story.expect(total, [image.id: 1], "what is counted of the whole")

        story.section("What the host is told")
        let events = try await portal.storage.downloads?.changes(ChangeQuery(since: .start)).events.map(\.event) ?? []
        story.table(
            ["what", "who", "which"],
            events.map { [$0.kind.rawValue, $0.author.name.text, $0.details[.version] ?? $0.subject] })
        story.expect(events.last?.kind, .catalog(Download.self, .completed), "the last event")
        story.finish()
    }

    /// A host's words for a reason.
    static func words(for access: DownloadAccess) -> String {
        guard let denial = access.denial else { return "granted" }
        return switch denial.reason {
        case .needsSignIn: "restricted: sign in"
        case .needsProduct: "restricted: needs \(denial.products.map(\.rawValue).joined(separator: " or "))"
        case .needsService: "restricted: needs a service"
        case .supportExpired: "restricted: support has expired"
        default: "restricted"
        }
    }
}
