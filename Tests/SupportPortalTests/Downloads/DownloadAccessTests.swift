import Foundation
import SupportPortal
import Testing

@Suite("Who may have a download")
struct DownloadAccessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let requirement: Download.Requirement
        let services: [Service]?
        let access: DownloadAccess
        var testDescription: String { name }
    }

    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func service(_ product: Product.ID?, until end: TimeInterval? = nil) -> Service {
        Service(
            id: Service.ID("s-\(product?.rawValue ?? "")-\(end ?? 0)"), name: "S", product: product,
            supportEnds: end.map { now + $0 })
    }

    private static let vps = Download.Requirement(products: ["vps"])
    private static let either = Download.Requirement(products: ["web", "vps"])
    private static let support = Download.Requirement(needsSupport: true)
    private static let vpsSupport = Download.Requirement(products: ["vps"], needsSupport: true)
    private static let nobody = Download.Requirement(products: [])

    static let cases: [Case] = [
        Case(name: "nothing needed, guest", requirement: .nothing, services: nil, access: .granted),
        Case(name: "nothing needed, no service", requirement: .nothing, services: [], access: .granted),
        Case(name: "product, guest", requirement: vps, services: nil, access: .denied(.needsSignIn)),
        Case(name: "product, no service", requirement: vps, services: [], access: .denied(.needsProduct(["vps"]))),
        Case(name: "product, other", requirement: vps, services: [service("web")], access: .denied(.needsProduct(["vps"]))),
        Case(
            name: "product, service of none", requirement: vps, services: [service(nil)], access: .denied(.needsProduct(["vps"]))),
        Case(name: "product, it", requirement: vps, services: [service("web"), service("vps")], access: .granted),
        Case(name: "product, it without support", requirement: vps, services: [service("vps", until: -1)], access: .granted),
        Case(name: "either product", requirement: either, services: [service("web")], access: .granted),
        Case(
            name: "neither product", requirement: either, services: [service("mail")],
            access: .denied(.needsProduct(["vps", "web"]))),
        Case(name: "support, guest", requirement: support, services: nil, access: .denied(.needsSignIn)),
        Case(name: "support, no service", requirement: support, services: [], access: .denied(.needsService)),
        Case(name: "support without end", requirement: support, services: [service(nil)], access: .granted),
        Case(
            name: "support to the last millisecond", requirement: support, services: [service("web", until: 0.001)],
            access: .granted),
        Case(
            name: "support that ends now", requirement: support, services: [service("web", until: 0)],
            access: .denied(.supportExpired(since: now))),
        Case(
            name: "support that ended, the last of two", requirement: support,
            services: [service("web", until: -60), service("vps", until: -5)],
            access: .denied(.supportExpired(since: now - 5))),
        Case(
            name: "one of two has support", requirement: vpsSupport,
            services: [service("vps", until: -5), service("vps", until: 5)],
            access: .granted),
        Case(
            name: "another product has support", requirement: vpsSupport, services: [service("vps", until: -5), service("web")],
            access: .denied(.supportExpired(since: now - 5))),
        Case(
            name: "product missing, support elsewhere", requirement: vpsSupport, services: [service("web")],
            access: .denied(.needsProduct(["vps"]))),
        Case(name: "no product at all, guest", requirement: nobody, services: nil, access: .denied(.needsProduct([]))),
        Case(name: "no product at all", requirement: nobody, services: [service("vps")], access: .denied(.needsProduct([]))),
        Case(
            name: "support ended in the distant past", requirement: support,
            services: [Service(id: "s", name: "S", supportEnds: .distantPast)],
            access: .denied(.supportExpired(since: .distantPast))),
    ]

    @Test("The rule, as a table", arguments: cases)
    func rule(_ test: Case) {
        #expect(test.requirement.access(for: test.services, at: Self.now) == test.access)
    }

    @Test("A reason survives being written as JSON, also one of a later version")
    func coding() throws {
        for test in Self.cases {
            let data = try JSONEncoder().encode(test.access)
            #expect(try JSONDecoder().decode(DownloadAccess.self, from: data) == test.access)
        }
        let later = Data(#"{"denied":{"_0":{"reason":"needsTraining","products":[]}}}"#.utf8)
        let access = try JSONDecoder().decode(DownloadAccess.self, from: later)
        #expect(access.denial?.reason == DownloadDenial.Reason(rawValue: "needsTraining"))
    }
}
