import Testing

@testable import TextSearch

@Suite("Postings of a word")
struct PostingListTests {
    @Test("A posting is as it was made")
    func bits() {
        let posting = Posting(document: UInt32(Posting.maximumDocuments - 1), isRestricted: true, weight: 15)
        #expect(posting.bits == .max)
        let other = Posting(document: 5, isRestricted: false, weight: 3)
        #expect((other.document, other.isRestricted, other.weight) == (5, false, 3))
        #expect(MemoryLayout<Posting>.size == 4)
    }

    @Test(
        "Late postings are put in order, and those that others cover are dropped", arguments: [UInt64.random(in: 0...UInt64.max)])
    func late(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var wrong: [Int] = []
        for count in [0, 1, 2, 3, 30, 100, 1000, 4000] {
            var list = PostingList()
            var added: [Posting] = []
            for index in 0..<count {
                // Most come in order.
                let isLate = Int.random(in: 0..<4, using: &numbers) == 0
                let document = isLate ? UInt32.random(in: 0...UInt32(index), using: &numbers) : UInt32(index)
                let weight = UInt8.random(in: 1...15, using: &numbers)
                let posting = Posting(document: document, isRestricted: Bool.random(using: &numbers), weight: weight)
                added.append(posting)
                _ = list.add(posting)
            }
            PostingList.sort(&added)
            if list.ordered != added { wrong.append(count) }
            var found = 0
            list.withParts { found = $0.count + $1.count }
            if found != list.count || list.count < added.count { wrong.append(count) }
            list.removeAll { $0 % 3 == 0 }
            added.removeAll { $0.document % 3 == 0 }
            if list.ordered != added || list.count != added.count { wrong.append(count) }
        }
        #expect(wrong.isEmpty, "seed \(seed)")
    }

    @Test("Of a document only what somebody could find by it is kept")
    func covered() {
        let posting = { (isRestricted: Bool, weight: UInt8) in Posting(document: 1, isRestricted: isRestricted, weight: weight) }
        var postings = [posting(true, 3), posting(false, 2), posting(true, 9), posting(false, 5), posting(true, 5)]
        PostingList.sort(&postings)
        #expect(postings == [posting(false, 5), posting(true, 9)])
        postings = [posting(true, 3), posting(false, 3)]
        PostingList.sort(&postings)
        #expect(postings == [posting(false, 3)])
    }

    @Test("The first place that is not before a posting is found from anywhere")
    func places() {
        let postings = (0..<50).map { Posting(document: UInt32($0 * 2), isRestricted: false, weight: 1) }
        var wrong: [Int] = []
        for document in 0..<102 {
            for start in 0...min((document + 1) / 2, 50) {
                let place = postings.span.firstPlace(notBefore: Posting(before: UInt32(document)), from: start)
                if place != min((document + 1) / 2, 50) { wrong.append(document) }
            }
        }
        #expect(wrong.isEmpty)
    }
}
