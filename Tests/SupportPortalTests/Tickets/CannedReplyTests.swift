import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Replies that are used again and again")
struct CannedReplyTests {
    @Test("Listed by category and title, filled in for a ticket, changed and removed", arguments: StorageKind.allCases)
    func uses(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.departments[0].fields = [
                CustomField(id: "domain", label: "Domain"), CustomField(id: "flag", label: "F", kind: .flag),
            ]
        }
        let tess = bench.tessTickets
        let text =
            "Dear {{requester.name}}, {{ ticket.number }} ({{ticket.subject}}, {{department}}): {{field.domain}} {{field.flag}} – {{agent.name}}"
        let greeting = try await tess.save(tess.newCannedReply(category: "B", title: "Greeting", text: text))
        try await tess.save(tess.newCannedReply(category: "b", title: "about", text: "x"))
        try await tess.save(tess.newCannedReply(category: "A", title: "Zoo", text: "x"))
        #expect(try await tess.cannedReplies().map(\.title.text) == ["Zoo", "about", "Greeting"])
        #expect(greeting.revision == Revision(rawValue: 1))
        // What is filled in is text, and not looked at again.
        let confirmation = try await bench.open("{{agent.name}}") { $0.fields = ["domain": "{{requester.name}}"] }
        let draft = try await tess.newReply(from: greeting.id, for: confirmation.ticket)
        #expect(
            draft.text == "Dear Alice, \(confirmation.number) ({{agent.name}}, Technical): {{requester.name}}  – Tess")
        #expect(draft.submitKey != nil)
        try await tess.reply(to: confirmation.ticket, draft)
        var changed = greeting
        changed.text = "Hello"
        let second = try await tess.save(changed)
        #expect(second.revision == Revision(rawValue: 2))
        #expect(await code { try await tess.save(changed) } == .conflict)
        try await tess.remove(greeting.id)
        #expect(await code { try await tess.remove(greeting.id) } == .notFound)
        #expect(await code { try await tess.newReply(from: greeting.id, for: confirmation.ticket) } == .notFound)
        #expect(await code { try await tess.save(second) } == .notFound)
        #expect(try await tess.cannedReplies().count == 2)
    }

    @Test("Those of other departments do not exist, and no permission means no change", arguments: StorageKind.allCases)
    func departments(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let (tess, bill) = (bench.tessTickets, bench.billTickets)
        var reply = bill.newCannedReply(category: "Money", title: "Paid", text: "Thank you")
        reply.departments = ["billing"]
        let saved = try await bill.save(reply)
        let ticket = try await bench.open().ticket
        #expect(try await tess.cannedReplies().isEmpty)
        #expect(await code { try await tess.newReply(from: saved.id, for: ticket) } == .notFound)
        #expect(await code { try await tess.remove(saved.id) } == .notFound)
        #expect(await code { try await tess.save(saved) } == .notFound)
        #expect(await code { try await bill.newReply(from: saved.id, for: ticket) } == .notFound, "the ticket is out of sight")
        for id in ["no-such-reply", "a\u{0}b", ""] as [CannedReply.ID] {
            #expect(await code { try await bill.remove(id) } == .notFound)
            #expect(await code { try await bill.newReply(from: id, for: ticket) } == .notFound)
        }
        var agent = bench.bill
        agent.permissions.remove(.manageCannedReplies)
        let powerless = bench.portal.agent(agent).tickets
        #expect(await code { try await powerless.save(saved) } == .notPermitted)
        #expect(await code { try await powerless.remove(saved.id) } == .notPermitted)
        #expect(try await powerless.cannedReplies().map(\.id) == [saved.id])
    }

    @Test("Unknown merge fields are named, other mistakes reported", arguments: StorageKind.allCases)
    func mistakes(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tess = bench.tessTickets
        func refusal(_ title: String, _ text: String, category: String = "C") async -> PortalError? {
            do {
                try await tess.save(tess.newCannedReply(category: SingleLine(category), title: SingleLine(title), text: text))
                return nil
            } catch {
                return error as? PortalError
            }
        }
        let unknown = await refusal("T", "{{zoo}} {{requester.name}} {{ape}} {{zoo}}")
        #expect(unknown?.code == .unknownMergeField)
        #expect(unknown?.message == "ape, zoo")
        #expect(
            await refusal("", "") ?? PortalError(.busy, "")
                == PortalError(.invalidForm, "title: missing, message: missing").with([
                    FormProblem(.title, .missing), FormProblem(.message, .missing),
                ]))
        #expect(await refusal(String(repeating: "x", count: 201), "x")?.problems.map(\.code) == [.tooLong])
        #expect(await refusal("T", String(repeating: "x", count: 100_001))?.problems.map(\.code) == [.tooLong])
        #expect(await refusal("T", "x", category: String(repeating: "x", count: 201))?.code == .invalidForm)
        // Odd braces are text.
        for text in ["{{", "}}", "}} {{", "{{{", "{ {x} }", "{{}", "a }} b {{ c"] {
            #expect(await refusal("T", text) == nil, "\(text)")
        }
        #expect(await refusal("T", "{{}}")?.code == .unknownMergeField)
        for text in [
            String(repeating: "{{", count: 50_000), String(repeating: "{{", count: 49_000) + "agent.name}}",
            String(repeating: "{{agent.name}}", count: 7_000),
        ] {
            #expect(await refusal("T", text) == nil)
        }
    }

    @Test("Of 64 who save one reply at once, one wins and all others learn the revision", arguments: StorageKind.allCases)
    func races(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let tess = bench.tessTickets
        let saved = try await tess.save(tess.newCannedReply(category: "C", title: "T", text: "x"))
        let won = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<64 {
                group.addTask {
                    var changed = saved
                    changed.text = "\(number)"
                    do {
                        try await tess.save(changed)
                        return true
                    } catch {
                        return (error as? PortalError)?.current != Revision(rawValue: 2)
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }
}

extension PortalError {
    fileprivate func with(_ problems: [FormProblem]) -> PortalError {
        var error = self
        error.problems = problems
        return error
    }
}
