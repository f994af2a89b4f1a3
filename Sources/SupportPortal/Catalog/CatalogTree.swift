#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The categories of a section as a viewer sees them: which there are, how they are nested, and which hide what is in them.
struct CatalogTree<Item: CatalogItem>: Sendable {
    typealias Category = CatalogCategory<Item>

    /// The visible ones by their parents, `nil` at the top, each in order.
    private(set) var children: [Category.ID?: [Category]] = [:]
    /// Those that the viewer sees.
    private(set) var visible: [Category.ID: Category] = [:]
    /// Those that the viewer does not see: they hide what is in them.
    private(set) var hidden: Set<Category.ID>

    /// A category whose parent is not there stands at the top. One that is below itself, which no session makes, is not seen.
    init(_ categories: [Category], for scope: AccessScope) {
        hidden = Set(categories.map(\.id))
        let all = Set(categories.map(\.id))
        var below: [Category.ID?: [Category]] = [:]
        for category in categories {
            below[category.parent.flatMap { all.contains($0) ? $0 : nil }, default: []].append(category)
        }
        var waiting: [Category.ID?] = [nil]
        while let parent = waiting.popLast() {
            let seen = (below[parent] ?? []).filter { scope.contains($0.audience.keys) }
            guard !seen.isEmpty else { continue }
            children[parent] = seen.sorted { ($0.place, $0.id) < ($1.place, $1.id) }
            for category in seen {
                visible[category.id] = category
                hidden.remove(category.id)
                waiting.append(category.id)
            }
        }
    }

    /// A category and all that are below it, as far as the viewer sees them; none if the viewer does not see it.
    func branch(of id: Category.ID) -> Set<Category.ID> {
        guard visible[id] != nil else { return [] }
        var found: Set<Category.ID> = []
        var waiting = [id]
        while let next = waiting.popLast() {
            guard found.insert(next).inserted else { continue }
            waiting += (children[next] ?? []).map(\.id)
        }
        return found
    }

    /// From the top down to a category, that one included; nothing if the viewer does not see it.
    func path(to id: Category.ID) -> [Category] {
        var path: [Category] = []
        var next: Category.ID? = id
        while let id = next, let category = visible[id], path.count <= visible.count {
            path.append(category)
            next = category.parent
        }
        return path.reversed()
    }
}

/// A category as it is shown: with how much is in it, and with what is below it.
public struct CatalogNode<Item: CatalogItem>: Identifiable, Hashable, Sendable, Codable {
    /// The id of the category.
    public let id: CatalogCategory<Item>.ID
    /// What links call it.
    public let slug: Slug
    /// The title.
    public let title: SingleLine
    /// The description, in Markdown.
    public let description: String
    /// How many items the viewer sees in the category itself.
    public let count: Int
    /// How many items the viewer sees in the category and in all below it, each counted once.
    public let total: Int
    /// The categories below it, in order.
    public let children: [CatalogNode<Item>]
}

/// A category by its title, as a step of a path.
public struct CatalogStep<Item: CatalogItem>: Identifiable, Hashable, Sendable, Codable {
    /// The id of the category.
    public let id: CatalogCategory<Item>.ID
    /// What links call it.
    public let slug: Slug
    /// The title.
    public let title: SingleLine

    init(_ category: CatalogCategory<Item>, _ language: String?) {
        id = category.id
        slug = category.slug
        title = category.texts.preferred(for: language)?.title ?? ""
    }
}

/// An item as lists show it.
public struct CatalogSummary<Item: CatalogItem>: Identifiable, Hashable, Sendable, Codable {
    /// The id.
    public let id: Item.ID
    /// What links call it.
    public let slug: Slug
    /// The language of the text that is shown; empty where nobody said.
    public let language: String
    /// The title.
    public let title: SingleLine
    /// A few plain words: the summary, or the beginning of the body.
    public let summary: String
    /// Its tags, in the order of their bytes.
    public let tags: [TagName]
    /// The categories in which the viewer sees it.
    public let categories: [CatalogCategory<Item>.ID]
    /// From when on it is shown.
    public let published: Date
    /// When what it says was last changed.
    public let updated: Date
    /// Whether it comes before newer ones.
    public let isPinned: Bool
}
