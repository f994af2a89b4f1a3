public import SupportPortal

/// People, departments and tickets of an imagined hosting company, the same for the same seed: to fill a portal for a test, a demonstration
/// or a page that is being designed.
///
/// ```swift
/// let sample = SampleData()
/// let portal = Portal(storage: InMemoryStorage(), people: sample.people, configuration: sample.configuration)
/// try await sample.fill(portal, tickets: 200)
/// ```
public struct SampleData: Sendable {
    /// Customers, each with a verified address and one or two services.
    public let customers: [Customer]
    /// Agents: one for each department, and one for all.
    public let agents: [Agent]
    /// The directory that knows them.
    public let people: InMemoryPeopleDirectory
    /// Departments Technical, Billing and Sales.
    public let configuration: PortalConfiguration
    private let seed: UInt64

    /// Makes the people.
    /// - Parameters:
    ///   - count: how many customers; their ids are `c-1`, `c-2` …
    ///   - seed: where chance begins.
    public init(customers count: Int = 12, seed: UInt64 = 1) {
        self.seed = seed
        let names = ["Ada", "Björn", "Chloé", "Dmitri", "Emeka", "Fatima", "Greta", "Hiroshi", "Ines", "João", "Katrin", "Liam"]
        let departments = [
            Department(id: "technical", name: "Technical", summary: "Something does not work"),
            Department(id: "billing", name: "Billing", summary: "Invoices and payments"),
            Department(id: "sales", name: "Sales", summary: "Before you buy"),
        ]
        customers = (0..<max(0, count)).map { number in
            Customer(
                id: Customer.ID("c-\(number + 1)"), name: "\(names[number % names.count]) Sample",
                email: EmailAddress(checking: "customer\(number + 1)@example.com"))
        }
        agents =
            departments.map { department in
                Agent(
                    id: Agent.ID("a-\(department.id)"), name: "\(department.name) Agent",
                    email: EmailAddress(checking: "\(department.id)@staff.example"), departments: [department.id])
            } + [Agent(id: "a-lead", name: "Lead Agent", email: EmailAddress(checking: "lead@staff.example"), departments: .all)]
        people = InMemoryPeopleDirectory(agents: agents, customers: customers)
        for (number, customer) in customers.enumerated() {
            for service in 0...(number % 2) {
                people.add(
                    Service(
                        id: Service.ID("s-\(number + 1)-\(service + 1)"),
                        name: SingleLine("VPS \(["S", "M", "L"][number % 3]) \(service + 1)"),
                        product: "vps"), to: customer.id)
            }
        }
        configuration = PortalConfiguration { $0.departments = departments }
    }

    /// Opens tickets and lets customers and agents talk about them, so that all statuses occur; notes and transfers, too.
    /// - Throws: what the portal's storage throws.
    public func fill(_ portal: Portal, tickets count: Int) async throws {
        guard !customers.isEmpty else { return }
        var chance = SeededGenerator(seed: seed)
        let lead = portal.agent(agents[agents.count - 1]).tickets
        for number in 0..<max(0, count) {
            let customer = portal.customer(customers[Int.random(in: 0..<customers.count, using: &chance)]).tickets
            var form = try await customer.newForm()
            let subject = Self.subjects[number % Self.subjects.count]
            form.department = subject.department
            form.service = form.choices.services.first?.id
            form.priority = form.choices.priorities.randomElement(using: &chance) ?? form.priority
            form.subject = subject.text
            form.message = "\(subject.text) since this morning. What can I do?"
            let ticket = try await customer.open(form).ticket
            for _ in 0..<Int.random(in: 0..<4, using: &chance) {
                switch Int.random(in: 0..<5, using: &chance) {
                case 0: try await customer.reply(to: ticket, "It is still the same.")
                case 1: try await lead.note(on: ticket, "Seen before, ask the night shift.")
                case 2: try await lead.close(ticket)
                case 3 where number % 10 == 0: try await lead.transfer(ticket, to: "technical")
                default: try await lead.reply(to: ticket, "Please try it once more, we have changed something.")
                }
            }
        }
    }

    private static let subjects: [(department: Department.ID, text: String)] = [
        ("technical", "VPS does not boot"), ("billing", "Invoice is missing"), ("technical", "Mail is delayed"),
        ("sales", "Larger disk wanted"), ("technical", "Certificate expired"), ("billing", "Card was refused"),
        ("technical", "DNS answers the old address"), ("technical", "Backup failed"),
    ]
}
