/// Finds documents by their words.
///
/// It holds for each word the documents that have it, and no text. A posting takes four bytes and up to a quarter more, a word
/// that only one document has about 60. It finds exactly the documents that ``WordQuery/rank(of:)`` ranks, with the same ranks.
package struct WordIndex: Sendable {
    /// A document of an index.
    package struct Document: Hashable, Sendable {
        /// A number from zero up, with few gaps, so that it can be a place in an array.
        package let ordinal: UInt32
    }

    /// The most documents at a time, 134,217,728.
    package static var maximumDocuments: Int { Posting.maximumDocuments }

    private(set) var table = WordTable()
    private(set) var order = WordOrder()
    private(set) var lists: [PostingList] = []
    /// Which documents are there.
    private(set) var isPresent: [Bool] = []
    private var postingCounts: [UInt32] = []

    /// Documents whose numbers can be given out again.
    private var free: [Document] = []
    /// Documents that are gone but have postings still.
    private var removed: [Document] = []
    private var postingCount = 0
    private var removedPostingCount = 0

    /// An index without documents.
    package init() {}

    /// How many documents there are.
    package var documentCount: Int { isPresent.count - free.count - removed.count }

    /// How many words there are, those of removed documents counted as long as they are held.
    package var wordCount: Int { table.count }

    /// A new document without words; `nil` when there are ``maximumDocuments`` already.
    ///
    /// It may get the number of a document that was removed earlier.
    package mutating func makeDocument() -> Document? {
        if free.isEmpty, isPresent.count == Self.maximumDocuments { sweep() }
        if let document = free.popLast() {
            isPresent[Int(document.ordinal)] = true
            postingCounts[Int(document.ordinal)] = 0
            return document
        }
        guard isPresent.count < Self.maximumDocuments else { return nil }
        isPresent.append(true)
        postingCounts.append(0)
        return Document(ordinal: UInt32(isPresent.count - 1))
    }

    /// Adds the words of a text to a document. A word that it has already keeps the greatest weight.
    ///
    /// - Parameters:
    ///   - text: A field of the document, or a part that came later.
    ///   - weight: How much it counts that a word is in this field, from 1 to 15; weights beyond count as the nearest of these.
    ///   - isRestricted: Whether only those can find the words who see restricted ones, such as internal notes.
    ///   - document: The document. Nothing happens if it was removed.
    package mutating func add(_ text: String, weight: UInt8, isRestricted: Bool = false, to document: Document) {
        guard has(document) else { return }
        let posting = Posting(document: document.ordinal, isRestricted: isRestricted, weight: weight)
        var added = 0
        WordScanner.scan(text, for: .document) { word in
            let (number, isNew) = table.insert(word)
            if isNew {
                lists.append(PostingList())
                order.insert(word, number: number, in: table)
            }
            if lists[number].add(posting) { added += 1 }
            return true
        }
        postingCount += added
        postingCounts[Int(document.ordinal)] += UInt32(truncatingIfNeeded: added)
    }

    /// Removes a document, whose number must not be used from then on. Nothing happens if it is not there.
    ///
    /// The memory of its words is freed when more than half of all postings are those of removed documents; that takes as long as
    /// adding them did, so on average a removal costs no more than adding a document.
    package mutating func remove(_ document: Document) {
        guard has(document) else { return }
        isPresent[Int(document.ordinal)] = false
        let count = Int(postingCounts[Int(document.ordinal)])
        guard count > 0 else {
            free.append(document)
            return
        }
        removed.append(document)
        removedPostingCount += count
        if removedPostingCount > postingCount / 2 { sweep() }
    }

    private func has(_ document: Document) -> Bool {
        document.ordinal < isPresent.count && isPresent[Int(document.ordinal)]
    }

    /// Drops the postings of removed documents, and the words that no document has any more.
    private mutating func sweep() {
        guard !removed.isEmpty else { return }
        let old = (table: table, order: order)
        var oldLists = lists
        (table, order, lists) = (WordTable(), WordOrder(), [])
        old.order.forEach { entry in
            var list = PostingList()
            swap(&list, &oldLists[Int(entry.number)])
            list.removeAll { !isPresent[Int($0)] }
            guard list.count > 0 else { return }
            let word = old.table.withRest(of: Int(entry.number)) { FoldedWord(first: entry.first, rest: $0) }
            order.append(WordOrder.Entry(first: entry.first, number: UInt32(table.insert(word).number)))
            lists.append(list)
        }
        free += removed
        removed = []
        postingCount -= removedPostingCount
        removedPostingCount = 0
    }
}
