import TextSearch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a search found.
public struct CatalogFindings<Item: CatalogItem>: Hashable, Sendable {
    /// The best hits, the best first.
    public var hits: [CatalogHit<Item>]
    /// How many items there are in all that match.
    public var total: Int

    /// Nothing.
    public init(hits: [CatalogHit<Item>] = [], total: Int = 0) {
        self.hits = hits
        self.total = total
    }
}

extension IndexedItems {
    private struct Found {
        var place: DocumentPlace
        var item: Int
        var score: Double
    }

    /// Parameter `queries`: one for each part.
    func find(
        _ queries: [RankedQuery], _ admission: IndexAdmission<Item>, language: String?, limit: Int, counts: Bool
    ) -> CatalogFindings<Item> {
        guard limit > 0 else { return CatalogFindings() }
        let hasSeveral = documentCount > itemCount
        var wanted = limit
        while true {
            var found: [Found] = []
            var isCut = false
            for part in parts.indices where parts[part].index.documentCount > 0 && !queries[part].isEmpty {
                let hits = search(part, queries[part], admission, limit: wanted)
                isCut = isCut || hits.count == wanted
                found += hits
            }
            // The index puts equal ones in the order of their numbers, and so must whoever goes on from a part of its answer.
            found.sort {
                $0.score != $1.score
                    ? $0.score > $1.score : ($0.place.part, $0.place.ordinal) < ($1.place.part, $1.place.ordinal)
            }
            // Further down, texts are missing that were cut off in another part.
            let all = hits(of: isCut ? Array(found.prefix(wanted)) : found, language)
            if isCut, all.count < limit, wanted < documentCount {
                // Texts of one item took the places of other items.
                wanted *= 2
                continue
            }
            let total = counts && isCut ? count(queries, admission, hasSeveral) : all.count
            return CatalogFindings(hits: Array(all.prefix(limit)), total: Swift.max(total, Swift.min(all.count, limit)))
        }
    }

    private func search(_ part: Int, _ query: RankedQuery, _ admission: IndexAdmission<Item>, limit: Int) -> [Found] {
        var admission = admission
        let (documents, owners) = (parts[part].documents, parts[part].owners)
        // Rarity grows with the number of texts, and parts are of different sizes: scores are made parts of what a single word can reach at most.
        let scale = 1 / log(2 + 2 * Double(parts[part].index.documentCount))
        let hits = parts[part].index.search(query, limit: limit) { ordinal in
            admission.admits(owners[ordinal], in: self)
        }
        return hits.compactMap { hit in
            documents[hit.ordinal].map {
                Found(
                    place: DocumentPlace(part: part, ordinal: hit.ordinal), item: $0.item, score: Double(hit.score) * scale)
            }
        }
    }

    /// Each item once, at the place of its best text; shown is the text that suits the asker best among those found.
    private func hits(of found: [Found], _ language: String?) -> [CatalogHit<Item>] {
        var languages: [Int: [String]] = [:]
        var first: [Found] = []
        for hit in found {
            if languages[hit.item] == nil { first.append(hit) }
            languages[hit.item, default: []].append(parts[hit.place.part].documents[hit.place.ordinal]?.language ?? "")
        }
        return first.compactMap { hit in
            let matched = languages[hit.item] ?? []
            let text = matched.map { CatalogText(language: $0, title: "") }.preferred(for: language)
            return items[hit.item].map { CatalogHit($0.id, language: text?.language, score: hit.score) }
        }
    }

    private func count(_ queries: [RankedQuery], _ admission: IndexAdmission<Item>, _ hasSeveral: Bool) -> Int {
        var admission = admission
        var counted: Set<Int> = []
        var total = 0
        for part in parts.indices where parts[part].index.documentCount > 0 && !queries[part].isEmpty {
            let owners = parts[part].owners
            total += parts[part].index.count(queries[part]) { ordinal in
                admission.admits(owners[ordinal], in: self) && (!hasSeveral || counted.insert(owners[ordinal]).inserted)
            }
        }
        return total
    }

    // MARK: Vectors

    /// The items with the texts nearest to a vector, the nearest first, with the language of that text.
    func nearest(
        to vector: UnitVector, _ admission: IndexAdmission<Item>, limit: Int
    ) -> [(id: Item.ID, language: String)] {
        var admission = admission
        var best: [(item: Int, language: String, cosine: Float)] = []
        for (number, facts) in items.enumerated() {
            guard let facts, admission.admits(number, in: self) else { continue }
            var nearest: (item: Int, language: String, cosine: Float)?
            for place in facts.documents {
                guard let document = parts[place.part].documents[place.ordinal],
                    let cosine = document.vector?.cosine(to: vector), cosine > nearest?.cosine ?? 0
                else { continue }
                nearest = (document.item, document.language, cosine)
            }
            guard let nearest, best.count < limit || nearest.cosine > best.last?.cosine ?? 0 else { continue }
            let place = best.firstIndex { $0.cosine < nearest.cosine } ?? best.count
            best.insert(nearest, at: place)
            if best.count > limit { best.removeLast() }
        }
        return best.compactMap { found in items[found.item].map { ($0.id, found.language) } }
    }
}
