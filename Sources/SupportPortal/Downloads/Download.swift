/// A file that the host offers. Who is in the audience of its entry sees that it is there; who may have it, ``requirement`` says.
public struct Download: CatalogItem {
    /// The id of a download.
    public typealias ID = Identifier<Download>
    /// A category of downloads.
    public typealias Category = CatalogCategory<Download>

    /// `download`.
    public static let kindName = "download"

    /// Texts, categories, audience and dates.
    public var entry: CatalogEntry<Download>
    /// The file.
    public var file: FileAttachment
    /// The SHA-256 of its bytes, in lower case hexadecimal.
    public var sha256: String
    /// Which version of what it is; empty where it has none.
    public var version: SingleLine
    /// What somebody needs who sees it, to have it.
    public var requirement: Requirement

    /// The name of the file, and the version.
    public var keywords: [String] { [file.name.text, version.text] }
    /// The file, as the only one.
    public var files: [FileAttachment] { [file] }

    /// Makes a download that is not stored yet.
    public init(
        entry: CatalogEntry<Download>, file: FileAttachment, sha256: String, version: SingleLine = "",
        requirement: Requirement = .nothing
    ) {
        self.entry = entry
        self.file = file
        self.sha256 = sha256
        self.version = version
        self.requirement = requirement
    }

    /// What somebody needs to have a file.
    public struct Requirement: Hashable, Sendable, Codable {
        /// A service of one of these products; `nil` where none is needed.
        public var products: Set<Product.ID>?
        /// Whether the support of one of these services, or of any where no product is named, must not have expired.
        public var needsSupport: Bool

        /// Makes a requirement.
        public init(products: Set<Product.ID>? = nil, needsSupport: Bool = false) {
            self.products = products
            self.needsSupport = needsSupport
        }

        /// Writes the products in order, so that equal requirements have equal bytes.
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encodeIfPresent(products?.sorted(), forKey: .products)
            try values.encode(needsSupport, forKey: .needsSupport)
        }

        /// Whoever sees it may have it.
        public static let nothing = Requirement()
    }
}
