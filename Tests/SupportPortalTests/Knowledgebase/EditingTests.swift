import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("The knowledgebase is edited")
struct EditingTests {
    @Test("What an article said before is kept and can be said again; where it stands stays", arguments: StorageKind.allCases)
    func history(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var article = try await bench.write("First", "one")
        article.attachments = [try await bench.desk.upload(FileSource(name: "a.log", data: Data([1])), for: article)]
        article = try await bench.desk.save(article)
        article.entry.texts[0].body = "three"
        article.attachments = []
        article = try await bench.desk.save(article)
        let category = try await bench.category("Later")
        article = try await bench.desk.move(article.id, to: [category])
        let versions = try await bench.desk.versions(of: article.id)
        #expect(versions.items.map(\.entry.revision.rawValue) == [2, 1])
        #expect(versions.items.map(\.attachments.count) == [1, 0])
        let restored = try await bench.desk.restore(versions.items[0].entry.revision, of: article.id)
        #expect(restored.entry.text().body == "one")
        #expect(restored.attachments.map(\.name.text) == ["a.log"])
        #expect(restored.entry.categories == [category])
        #expect(restored.entry.state == .published)
        let page = try await bench.guestBase.article(article.id)
        #expect(try await bench.guestBase.attachment(page.attachments[0].id, of: article.id).bytes.collect() == Data([1]))
        #expect(try await bench.desk.versions(of: article.id).items.map { $0.entry.text().body } == ["three", "one", "one"])
        for revision in [0, 99, -1, .max, .min] {
            #expect(await code { try await bench.desk.restore(Revision(rawValue: revision), of: article.id) } == .notFound)
        }
    }

    @Test(
        "The housekeeper leaves the files of earlier versions, and removes those that nobody named",
        arguments: StorageKind.allCases)
    func files(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        var article = try await bench.write("Files")
        article.attachments = [try await bench.desk.upload(FileSource(name: "old.log", data: Data([1])), for: article)]
        article = try await bench.desk.save(article)
        let old = article.attachments[0].id
        article.attachments = [try await bench.desk.upload(FileSource(name: "new.log", data: Data([2])), for: article)]
        article = try await bench.desk.save(article)
        let stray = try await bench.desk.upload(FileSource(name: "stray.log", data: Data([3])), for: article)
        bench.clock.advance(by: .seconds(90 * 86_400))
        #expect(try await bench.portal.housekeeper.runOnce().removedUploads == 1)
        #expect(try await bench.storage.blobs?.blobs([old, article.attachments[0].id, stray.id]).count == 2)
        #expect(try await bench.desk.attachment(old, of: article.id).size == 1)
        try await bench.desk.remove(article.id)
        #expect(try await bench.storage.blobs?.blobs([old, article.attachments[0].id, stray.id]).isEmpty == true)
        #expect(await code { try await bench.desk.article(article.id) } == .notFound)
    }

    @Test(
        "Only an article's own files can be attached to it, each once, and no more than allowed", arguments: StorageKind.allCases)
    func attachments(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.uploads.maximumFiles = 2 }
        var (first, second) = (try await bench.write("First"), try await bench.write("Second"))
        let file = try await bench.desk.upload(FileSource(name: "a.log", data: Data([1])), for: first)
        let ticketFile = try await bench.tessTickets.upload(FileSource(name: "b.log", data: Data([2])))
        func problems(_ article: Article) async -> [FormProblem] {
            do {
                try await bench.desk.save(article)
                return []
            } catch { return (error as? PortalError)?.problems ?? [] }
        }
        second.attachments = [file, FileAttachment(id: ticketFile.id, name: ticketFile.name, size: 1)]
        #expect(
            await problems(second) == [
                FormProblem(.attachments, .unknown, index: 0), FormProblem(.attachments, .unknown, index: 1),
            ])
        first.attachments = [file, file]
        #expect(await problems(first) == [FormProblem(.attachments, .duplicate, index: 1)])
        first.attachments = [file, file, file]
        first.entry.texts[0].title = ""
        #expect(
            Set(await problems(first)) == [
                FormProblem(.attachments, .tooMany, limit: 2), FormProblem(.title, .missing, index: 0),
            ])
        first.entry.texts[0].title = "First"
        first.attachments = [FileAttachment(id: file.id, name: FileName("lie.exe"), size: 77)]
        #expect(try await bench.desk.save(first).attachments == [file])
        #expect(
            await code { try await bench.desk.upload(FileSource(name: "x.exe", data: Data()), for: first) } == .fileTypeNotAllowed
        )
    }

    @Test("Articles are put in order, moved and published by agents who may, and by nobody else", arguments: StorageKind.allCases)
    func order(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind)
        let category = try await bench.category("All")
        var ids: [Article.ID] = []
        for title in ["A", "B", "C"] { ids.append(try await bench.write(SingleLine(title)) { $0.categories = [category] }.id) }
        try await bench.desk.reorder([ids[2], ids[0]], in: category)
        #expect(try await bench.guestBase.articles(in: category).titles == ["C", "A", "B"])
        #expect(await code { try await bench.desk.removeCategory(category) } == .notEmpty)
        for id in ids { try await bench.desk.move(id, to: []) }
        try await bench.desk.removeCategory(category)
        #expect(try await bench.desk.categories().isEmpty)
        #expect(await code { try await bench.desk.move(ids[0], to: [category]) } == .invalidForm)
        let draft = try await bench.desk.withdraw(ids[0])
        #expect(draft.entry.state == .draft)
        #expect(await code { try await bench.guestBase.article(ids[0]) } == .notFound)
        try await bench.desk.publish(ids[0], from: bench.clock.now.addingTimeInterval(60))
        #expect(await code { try await bench.guestBase.article(ids[0]) } == .notFound)
        bench.clock.advance(by: .seconds(60))
        #expect(try await bench.guestBase.article(ids[0]).id == ids[0])
        var stale = try await bench.desk.article(ids[1])
        try await bench.desk.archive(ids[1])
        stale.entry.texts[0].body = "late"
        #expect(await code { try await bench.desk.save(stale) } == .conflict)

        var trainee = bench.tess
        trainee.permissions.remove(.editArticles)
        let refused = bench.portal.agent(trainee).knowledgebase
        let article = try await bench.desk.article(ids[2])
        #expect(await code { try await refused.list() } == .notPermitted)
        #expect(await code { try await refused.search("x") } == .notPermitted)
        #expect(await code { try await refused.save(article) } == .notPermitted)
        #expect(await code { try await refused.remove(article.id) } == .notPermitted)
        #expect(await code { try await refused.feedback(on: [article.id]) } == .notPermitted)
        #expect(await code { try await refused.restore(Revision(rawValue: 1), of: article.id) } == .notPermitted)
        #expect(await code { try await refused.upload(FileSource(name: "a.log", data: Data()), for: article) } == .notPermitted)
        #expect(await code { try await refused.attachment("x", of: article.id) } == .notPermitted)
        #expect(await code { try await refused.categories() } == .notPermitted)
    }
}
