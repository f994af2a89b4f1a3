import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("Feeds of announcements")
struct FeedTests {
    private static let settings = AnnouncementFeedSettings(
        title: "News & <more>", author: "Host \"Inc\"", home: "https://host.example/news?a=1&b=2",
        address: "https://host.example/news.atom"
    ) { "https://host.example/news/\($0.shown.slug)?<&>" }

    @Test("Atom and JSON Feed hold what guests see, and nothing else", arguments: StorageKind.allCases)
    func content(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let first = try await bench.announce("First") { $0.entry.isPinned = true }
        bench.clock.advance(by: .seconds(5))
        let second = try await bench.announce("Second") {
            $0.entry.tags = Set(["b", "a"].compactMap { TagName($0) })
            $0.entry.texts[0].language = "en"
        }
        _ = try await bench.announce("For customers") { $0.entry.audience = .customers }
        let desk = bench.portal.agent(bench.tess).announcements
        _ = try await desk.save(desk.draft(title: "Draft", body: ""))
        let feed = try await bench.portal.guest().announcements.feed(Self.settings)
        #expect(feed.entries.map(\.title) == ["Second", "First"])
        #expect(feed.updated == bench.clock.now)
        let atom = try Atom(feed.atom())
        #expect(atom.texts["feed/title"] == ["News & <more>"])
        #expect(atom.texts["feed/id"] == ["https://host.example/news.atom"])
        #expect(atom.texts["feed/entry/title"] == ["Second", "First"])
        #expect(
            atom.texts["feed/entry/id"] == [
                "https://host.example/news.atom#\(second)", "https://host.example/news.atom#\(first)",
            ])
        #expect(atom.texts["feed/entry/published"] == ["2026-01-15T09:00:05.000Z", "2026-01-15T09:00:00.000Z"])
        #expect(atom.attributes["feed/entry/category"]?.map { $0["term"] } == ["a", "b"])
        #expect(atom.texts["feed/entry/content"]?.last == "<p dir=\"auto\">Text of First</p>\n")
        #expect(atom.attributes["feed/entry"]?.map { $0["xml:lang"] } == ["en", nil])
        #expect(atom.attributes["feed/entry/link"]?.first?["href"] == "https://host.example/news/second?<&>")
        let json = try #require(try JSONSerialization.jsonObject(with: feed.jsonFeed()) as? [String: Any])
        #expect(json["version"] as? String == "https://jsonfeed.org/version/1.1")
        let items = try #require(json["items"] as? [[String: Any]])
        #expect(items.map { $0["title"] as? String } == ["Second", "First"])
        #expect(items.map { $0["tags"] as? [String] } == [["a", "b"], nil])
        #expect(items.map { $0["language"] as? String } == ["en", nil])
        var short = Self.settings
        short.limit = 1
        #expect(try await bench.portal.guest().announcements.feed(short).entries.count == 1)
        short.limit = -1
        let none = try await bench.portal.guest().announcements.feed(short)
        #expect(none.entries.isEmpty)
        #expect(try Atom(none.atom()).texts["feed/updated"] == ["2026-01-15T09:00:05.000Z"])
    }

    @Test("They stay well-formed with any text")
    func hostile() async throws {
        let bench = try await PortalBench()
        let texts = [
            "<&>\"' ]]> <!-- -->", "\u{1}\u{8}\u{B}\u{C}\u{1F}a", "\u{FFFE}\u{FFFF}b", "]]>", "<script>alert(1)</script>",
            "&amp;&#0;&nosuch;",
            "\u{202E}gpj\u{2066}", "\u{1F468}\u{200D}\u{1F469}", "e\u{301}\u{301}\u{301}", "\u{85}\u{2028}\u{2029}line",
            "\u{10FFFF}\u{1FFFE}",
        ]
        for text in texts {
            _ = try await bench.announce(SingleLine("T \(text)")) {
                $0.entry.texts[0].body = text
                $0.entry.texts[0].summary = text
                $0.entry.tags = Set([TagName(text)].compactMap(\.self))
            }
        }
        let feed = try await bench.portal.guest().announcements.feed(Self.settings)
        #expect(feed.entries.count == texts.count)
        let atom = try Atom(feed.atom())
        #expect(atom.texts["feed/entry/title"]?.count == texts.count)
        #expect(atom.texts["feed/entry/title"]?.contains { $0.hasPrefix("T <&>\"' ]]> <!-- -->") } == true)
        let json = try #require(try JSONSerialization.jsonObject(with: feed.jsonFeed()) as? [String: Any])
        #expect((json["items"] as? [Any])?.count == texts.count)
        // Even what no session lets in.
        let entry = SyndicationFeed.Entry(
            id: "<\u{0}>", title: "\u{0}\u{B}x", summary: "\r\n\t", link: "\"><x>", published: .distantPast,
            updated: .distantFuture,
            tags: ["\"'<>"], language: "\"><")
        let odd = SyndicationFeed(title: "\u{0}", author: "", home: "\"", address: "'", updated: Date(), entries: [entry])
        #expect(try Atom(odd.atom()).texts["feed/entry/title"] == ["x"])
        #expect(try Atom(odd.atom()).texts["feed/entry/summary"] == ["\r\n\t"])
        #expect(throws: Never.self) { try odd.jsonFeed() }
    }
}

/// An Atom document as a strict parser reads it.
private final class Atom: NSObject, XMLParserDelegate {
    private(set) var texts: [String: [String]] = [:]
    private(set) var attributes: [String: [[String: String]]] = [:]
    private var path: [String] = []
    private var text = ""

    init(_ data: Data) throws {
        super.init()
        let parser = XMLParser(data: data)
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        path.append(name)
        self.attributes[path.joined(separator: "/"), default: []].append(attributes)
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        texts[path.joined(separator: "/"), default: []].append(text)
        path.removeLast()
        text = ""
    }
}
