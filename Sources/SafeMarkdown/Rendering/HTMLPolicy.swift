/// What a host wants to see in its pages.
package struct HTMLPolicy: Sendable {
    /// What becomes of images.
    package enum Images: Sendable {
        /// Their description is shown.
        case asText
        /// Their description is a link to them, if links may lead there.
        case asLinks
        /// Those are shown whose address, as it will be in the page, is accepted; of others the description is a link. Whoever
        /// serves an image learns when it is looked at, and from where.
        case shown(where: @Sendable (_ address: String) -> Bool)
    }

    /// A word of a link's `rel`.
    package enum Relation: String, Hashable, Sendable, CaseIterable {
        /// Search engines should not count it.
        case nofollow
        /// The page it leads to cannot reach back.
        case noopener
        /// The page it leads to does not learn where it was.
        case noreferrer
        /// Somebody outside has written it.
        case ugc
    }

    /// The schemes, in small letters, that links may have. `javascript`, `vbscript`, `data`, `blob` and `file` never can be
    /// allowed.
    package var linkSchemes: Set<String>
    /// Whether addresses without a scheme may be linked, such as `/downloads`, `page`, `?q=1` and `#top`. One that begins with `//`
    /// names another host: it counts as one with `https:` before it, and gets that.
    package var allowsRelativeLinks: Bool
    /// What becomes of images. What is shown has the scheme `https` or `http`, or is relative if links may be.
    package var images: Images
    /// The `rel` of links that have a scheme.
    package var relations: [Relation]
    /// How many levels headings are lowered, so that an article's first is not the page's; no level is below 6 or above 1.
    package var headingShift: Int
    /// What the `id` of each heading begins with, so that a text cannot take the name of something in the page: letters, digits,
    /// `-` and `_`, others are left out. `nil` for no ids.
    package var headingIDPrefix: String?
    /// Whether every line end is kept, as people who write messages expect; otherwise a single one is a space.
    package var keepsLineEnds: Bool
    /// Whether blocks have `dir="auto"`, so that each is in the direction of its own text, and marks that change direction end with
    /// it.
    package var detectsDirection: Bool

    /// A policy for texts that anybody may have written.
    package init(
        linkSchemes: Set<String> = ["http", "https", "mailto"], allowsRelativeLinks: Bool = true, images: Images = .asLinks,
        relations: [Relation] = [.nofollow, .noopener, .noreferrer], headingShift: Int = 1, headingIDPrefix: String? = nil,
        keepsLineEnds: Bool = false, detectsDirection: Bool = false
    ) {
        self.linkSchemes = linkSchemes
        self.allowsRelativeLinks = allowsRelativeLinks
        self.images = images
        self.relations = relations
        self.headingShift = headingShift
        self.headingIDPrefix = headingIDPrefix
        self.keepsLineEnds = keepsLineEnds
        self.detectsDirection = detectsDirection
    }

    /// The level at which a heading is shown.
    func level(_ level: Int) -> Int {
        let (sum, overflow) = level.addingReportingOverflow(headingShift)
        return overflow ? 6 : min(max(sum, 1), 6)
    }
}
