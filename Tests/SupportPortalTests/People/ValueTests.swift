import Foundation
import SupportPortal
import Testing

@Suite("Values that cannot hold what breaks out")
struct ValueTests {
    @Test(
        "Addresses are taken",
        arguments: [
            "a@b", "customer@example.com", "First.Last+tag@sub.example.co", "o'brien@example.com", "x_y-z@example-host.com",
            "ü@bücher.example",
            "  padded@example.com\n", "a!#$%&'*+-/=?^_`{|}~@example.com",
        ])
    func addresses(_ text: String) throws {
        let address = try EmailAddress(text)
        #expect(address.text == text.trimmingCharacters(in: .whitespacesAndNewlines))
        let copy = try JSONDecoder().decode([EmailAddress].self, from: JSONEncoder().encode([address]))
        #expect(copy == [address])
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", " ", "@", "a@", "@b", "a", "a b@c", "a@b c", "a@b@c", ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b",
            "a@b-",
            "\"a b\"@c", "a@[127.0.0.1]", "Name <a@b>", "a@b,c@d", "a@b\r\nBcc: x@y", "a\u{0}@b", "a@b\u{2028}c", "a\u{202E}@b",
            "a(comment)@b", "a:b@c", "a;b@c",
            "a@b_c", "-oQ/tmp@example.com", "a@127.0.0.1", "a\u{200B}@b", String(repeating: "a", count: 65) + "@b",
            "a@" + String(repeating: "b", count: 64),
            "a@" + String(repeating: "b.", count: 130) + "c", String(repeating: "x", count: 1_000_000) + "@b",
        ])
    func noAddresses(_ text: String) async {
        #expect(EmailAddress(checking: text) == nil)
        #expect(await code { try EmailAddress(text) } == .invalidAddress)
        let json = try? JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([EmailAddress].self, from: json ?? Data()) }
    }

    @Test("Addresses compare without regard to case")
    func addressEquality() throws {
        #expect(try EmailAddress("A@B.example") == EmailAddress("a@b.EXAMPLE"))
        #expect(try Set([EmailAddress("A@B.example"), EmailAddress("a@b.EXAMPLE")]).count == 1)
        #expect(try AccessKey.address(EmailAddress("A@B.example")) == .address(EmailAddress("a@b.example")))
    }

    @Test("A line holds no breaks, controls or marks that reorder text, and keeps everything else")
    func lines() throws {
        #expect(SingleLine("  a\r\n\tb\u{0}\u{1B}[31m \u{85}c\u{2029}d\u{2067}e\u{202E}  ").text == "a b [31m c de")
        for kept in ["👩‍👩‍👧‍👦", "می‌خواهم", "e\u{301}", "Ünïcode – „quotes”", "שלום\u{200F}!", "日本語", "a\u{FE0F}"] {
            #expect(SingleLine(kept).text == kept)
        }
        #expect(SingleLine("\r\n").isEmpty)
        #expect(try JSONDecoder().decode([SingleLine].self, from: Data("[\"x\\r\\nBcc: y\"]".utf8)) == ["x Bcc: y"])
    }

    @Test("Cursors survive as text, and other text is none")
    func cursors() throws {
        let cursors = [
            PageCursor(order: "activity.descending", value: .number(.min), id: "x"),
            PageCursor(order: "subject.ascending", value: .text("ä~b c/%\n👩‍👩‍👧"), id: "~id~"),
            PageCursor(order: "", value: .text(""), id: ""),
        ]
        for cursor in cursors {
            #expect(PageCursor(cursor.description) == cursor)
            #expect(cursor.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        }
        for text in [
            "", "~", "~~", "a~n~b", "a~x1~b", "a~n1", "a~n1~b~c", "a~n99999999999999999999~b", "a~t%~b", "a~t%2~b", "a~t%GG~b",
            "a~t%FF~b", "a~t%00~b",
            "a~n1~" + String(repeating: "x", count: 70_000),
        ] {
            #expect(PageCursor(text) == nil, "\(text.prefix(40))")
        }
        #expect(Position("-1") == nil)
        #expect(Position("12") == Position(rawValue: 12))
    }

    @Test("Ids code as plain strings, as keys of dictionaries, too")
    func ids() throws {
        let values: [Ticket.ID: Int] = ["a": 1]
        #expect(String(decoding: try JSONEncoder().encode(values), as: UTF8.self) == "{\"a\":1}")
        #expect(try JSONDecoder().decode([Ticket.ID: Int].self, from: Data("{\"a\":1}".utf8)) == values)
        // One looks like the other, yet they are two customers.
        let (composed, decomposed) = (Customer.ID("caf\u{E9}"), Customer.ID("cafe\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(AccessKey.customer(composed) != .customer(decomposed))
        #expect((["b", "a", "B", "ä"] as [Ticket.ID]).sorted() == ["B", "a", "b", "ä"])
    }

    @Test("An audience is the keys of those who may see something")
    func audiences() throws {
        let customer = Customer(id: "c-42", name: "C", email: try EmailAddress("c@example.com"))
        let vps = Service(id: "s-1", name: "VPS", product: "vps-line")
        let keys = Set.held(by: customer, services: [vps])
        let agent = Set.held(by: Agent(id: "a", name: "A", departments: ["technical"]))
        for (audience, forCustomer, forAgent, forGuest) in [
            (Audience.everyone, true, true, true), (.customers, true, false, false), (.agents, false, true, false),
            (.owners(of: "s-1"), true, false, false), (.owners(of: "s-2"), false, false, false),
            (.owners(ofProduct: "vps-line"), true, false, false), (.customers(["c-42", "c-43"]), true, false, false),
            (.customers(["c-43"]), false, false, false), (.customers([]), false, false, false),
            (Audience(keys: [.department("technical")]), false, true, false),
            ([.owners(of: "s-2"), .agents], false, true, false),
        ] {
            #expect(audience.includes(holderOf: keys) == forCustomer)
            #expect(audience.includes(holderOf: agent) == forAgent)
            #expect(audience.includes(holderOf: .heldByGuests) == forGuest)
        }
    }

    @Test("A stored ticket of an older version is read, unknown values are kept")
    func olderTickets() throws {
        let json = #"""
            {"id":"t","number":"N-1","requester":{"name":"A\r\nB"},"opened":0,"subject":"S","department":"d",
             "status":"From the future","somethingNew":{"x":1}}
            """#
        let ticket = try JSONDecoder().decode(Ticket.self, from: Data(json.utf8))
        #expect(ticket.status.rawValue == "From the future")
        #expect(ticket.requester.name == "A B")
        #expect(ticket.priority == .medium)
        #expect(ticket.lastActivity == ticket.opened)
        let again = try JSONDecoder().decode(Ticket.self, from: JSONEncoder().encode(ticket))
        #expect(again == ticket)
        #expect(PortalConfiguration().kind(of: ticket.status) == .open)
        #expect(PortalConfiguration().statuses(of: [.open]).includes(ticket.status))
        #expect(!PortalConfiguration().statuses(of: [.closed, .answered]).includes(ticket.status))
    }
}
