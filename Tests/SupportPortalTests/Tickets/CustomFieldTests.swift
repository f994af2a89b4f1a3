import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("What a department asks beside subject and message")
struct CustomFieldTests {
    static let fields = [
        CustomField(id: "domain", label: "Domain", kind: .text(maximum: 10), isRequired: true),
        CustomField(id: "year", label: "Year", kind: .number(2_000...2_030)),
        CustomField(id: "system", label: "System", kind: .choice(["Linux", "BSD"])),
        CustomField(id: "agreed", label: "Agreed", kind: .flag, isRequired: true),
        CustomField(id: "urgent", label: "Urgent", kind: .flag),
    ]

    private func bench(_ kind: StorageKind) async throws -> PortalBench {
        try await PortalBench(kind) { $0.departments[0].fields = Self.fields }
    }

    @Test("Answers are typed, shown in order, and kept apart from what nobody asks", arguments: StorageKind.allCases)
    func answers(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        #expect(try await bench.aliceTickets.newForm().choices.departments.first?.fields == Self.fields)
        let ticket = try await bench.open {
            $0.fields = ["domain": " a.example\r\n", "year": "2024", "system": "BSD", "agreed": "yes", "unasked": "x"]
        }.ticket
        let page = try await bench.aliceTickets.page(ticket)
        let expected: [FieldValue] = [.text("a.example"), .number(2_024), .text("BSD"), .flag(true)]
        #expect(page.fields.map(\.value) == expected)
        #expect(page.fields.map(\.label) == ["Domain", "Year", "System", "Agreed"])
        #expect(try await bench.record(ticket)?.fields.count == 4)
        // Another department does not ask, and so does not show.
        try await bench.tessTickets.transfer(ticket, to: "billing")
        #expect(try await bench.aliceTickets.page(ticket).fields.isEmpty)
        try await bench.billTickets.transfer(ticket, to: "technical")
        #expect(try await bench.aliceTickets.page(ticket).fields.count == 4)
        let record = try #require(try await bench.record(ticket))
        #expect(try JSONDecoder().decode(Ticket.self, from: try JSONEncoder().encode(record)).fields == record.fields)
        let texts: [FieldValue] = [.text("true"), .text("5"), .text(""), .number(0), .number(1), .number(.max), .flag(false)]
        #expect(try JSONDecoder().decode([FieldValue].self, from: try JSONEncoder().encode(texts)) == texts)
    }

    @Test("Every mistake is reported by field and code", arguments: StorageKind.allCases)
    func mistakes(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        func problems(_ fields: [CustomField.ID: String]) async throws -> [FormProblem] {
            var form = try await bench.aliceTickets.newForm()
            form.department = "technical"
            form.subject = "x"
            form.message = "x"
            form.fields = fields
            return try await bench.aliceTickets.problems(of: form)
        }
        #expect(
            try await problems([:]) == [FormProblem(.custom("domain"), .missing), FormProblem(.custom("agreed"), .missing)])
        let wrong: [CustomField.ID: String] = [
            "domain": "far too long", "year": "1999", "system": "linux", "agreed": "no", "urgent": "perhaps",
        ]
        #expect(
            try await problems(wrong) == [
                FormProblem(.custom("domain"), .tooLong, limit: 10), FormProblem(.custom("year"), .outOfRange),
                FormProblem(.custom("system"), .unknown), FormProblem(.custom("agreed"), .missing),
                FormProblem(.custom("urgent"), .malformed),
            ])
        let good: [CustomField.ID: String] = ["domain": "x", "agreed": "1"]
        let odd: [(CustomField.ID, String, FormProblem.Code?)] = [
            ("domain", "\u{0}\u{200B}\u{202E}", .missing), ("domain", String(repeating: "e\u{301}", count: 10), nil),
            ("domain", String(repeating: "x", count: 1_000_000), .tooLong),
            ("domain", "a" + String(repeating: "\u{301}", count: 60_000), .tooLong),
            ("year", "99999999999999999999", .malformed), ("year", "2e3", .malformed), ("year", " 2020 ", nil),
            ("year", "-0", .outOfRange),
            ("year", "٢٠٢٠", .malformed), ("system", "Linux\u{0}", .unknown), ("system", " ", nil), ("urgent", "NO", nil),
        ]
        for (field, answer, code) in odd {
            let found = try await problems(good.merging([field: answer]) { _, new in new })
            #expect(found.map(\.code) == (code.map { [$0] } ?? []), "\(field) \(answer.prefix(20))")
        }
    }

    @Test("Agents answer anew, one field at a time; customers hear that something changed", arguments: StorageKind.allCases)
    func agentsAnswer(_ kind: StorageKind) async throws {
        let bench = try await bench(kind)
        let ticket = try await bench.open { $0.fields = ["domain": "x", "agreed": "yes"] }.ticket
        let tess = bench.tessTickets
        let start = try await bench.aliceTickets.changes().start
        #expect(try await tess.answer(["year": "2025"], of: ticket).rule == .fieldsSet)
        #expect(try await tess.answer(["year": "2025"], of: ticket).rule == .unchanged)
        #expect(try await bench.record(ticket)?.fields["year"] == .number(2_025))
        #expect(try await tess.answer(["year": ""], of: ticket).rule == .fieldsSet)
        #expect(try await bench.record(ticket)?.fields.keys.sorted() == ["agreed", "domain"])
        var feed = try await bench.aliceTickets.changes(since: start).makeAsyncIterator()
        #expect(try await feed.next()?.kind == .ticketFieldsSet)
        do {
            try await tess.answer(["domain": "", "year": "x", "nonsense": "y"], of: ticket)
            Issue.record("mistakes were taken")
        } catch let error as PortalError {
            let expected: Set = [
                FormProblem(.custom("domain"), .missing), FormProblem(.custom("year"), .malformed),
                FormProblem(.custom("nonsense"), .unknown),
            ]
            #expect(Set(error.problems) == expected)
        }
        var agent = bench.tess
        agent.permissions.remove(.editFields)
        #expect(await code { try await bench.portal.agent(agent).tickets.answer(["year": "2025"], of: ticket) } == .notPermitted)
        #expect(await code { try await bench.billTickets.answer(["year": "2025"], of: ticket) } == .notFound)
    }

    @Test("The rules alone take no answer that is none, and follow-ups keep the answers", arguments: StorageKind.allCases)
    func rulesAlone(_ kind: StorageKind) async throws {
        var bench = try await bench(kind)
        bench.configuration.tickets.reopening = .never(.followUp)
        let id = try await bench.open { $0.fields = ["domain": "x", "agreed": "yes", "year": "2001"] }.ticket
        let ticket = try #require(try await bench.record(id))
        let actor = TicketActor(bench.tess)
        func decide(_ answers: [CustomField.ID: String]) throws -> TicketDecision {
            try TicketRules.decide(.answer(answers), by: actor, on: ticket, under: bench.configuration, at: bench.clock.now)
        }
        #expect(throws: PortalError.self) { try decide(["year": "never"]) }
        #expect(throws: PortalError.self) { try decide(["unasked": "x"]) }
        #expect(try decide(["year": "2002"]).ticket.fields["year"] == .number(2_002))
        #expect(try decide(["year": ""]).ticket.fields["year"] == nil)
        #expect(try decide([:]).rule == .unchanged)
        try await bench.tessTickets.close(id)
        let next = try await bench.aliceTickets.reply(to: id, "Again").ticket
        #expect(try await bench.aliceTickets.page(next).fields.count == 3)
    }

    @Test("A department that asks one thing twice, or thousands of things, does no harm", arguments: StorageKind.allCases)
    func oddDepartments(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.departments[0].fields =
                [CustomField(id: "twice", label: "A"), CustomField(id: "twice", label: "B")]
                + (0..<3_000).map { CustomField(id: CustomField.ID("f\($0)"), label: "F", kind: .text(maximum: .max)) }
                + [
                    CustomField(id: "none", label: "None", kind: .choice([])),
                    CustomField(id: "never", label: "N", kind: .text(maximum: -1)),
                ]
        }
        let answers = Dictionary(uniqueKeysWithValues: (0..<5_000).map { (CustomField.ID("f\($0)"), "x") })
        let ticket = try await bench.open { $0.fields = answers.merging(["twice": "x"]) { old, _ in old } }.ticket
        #expect(try await bench.record(ticket)?.fields.count == 3_001)
        try await bench.tessTickets.answer(["twice": "y"], of: ticket)
        #expect(try await bench.record(ticket)?.fields["twice"] == .text("y"))
        #expect(await code { try await bench.tessTickets.answer(["none": "x"], of: ticket) } == .invalidForm)
        #expect(await code { try await bench.tessTickets.answer(["never": "x"], of: ticket) } == .invalidForm)
    }
}
