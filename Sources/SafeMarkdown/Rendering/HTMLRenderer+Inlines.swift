extension HTMLRenderer {
    mutating func render(_ inlines: [MarkdownInline]) {
        for inline in inlines { render(inline) }
    }

    private mutating func render(_ inline: MarkdownInline) {
        switch inline {
        case .text(let text), .html(let text): writer.text(text)
        case .code(let code): render([.text(code)], in: "code")
        case .emphasis(let content): render(content, in: "em")
        case .strong(let content): render(content, in: "strong")
        case .strikethrough(let content): render(content, in: "del")
        case .link(let link): render(link)
        case .image(let image): render(image: image)
        case .softBreak where !policy.keepsLineEnds: writer.text("\n")
        case .softBreak, .lineBreak:
            writer.empty("br")
            writer.text("\n")
        }
    }

    private mutating func render(_ content: [MarkdownInline], in name: StaticString) {
        writer.open(name)
        render(content)
        writer.close(name)
    }

    private mutating func render(_ link: MarkdownLink) {
        let address = LinkAddress(link.destination, schemes: policy.linkSchemes, allowsRelative: policy.allowsRelativeLinks)
        guard let address, !isWithinLink else {
            render(link.content)
            return
        }
        isWithinLink = true
        writer.open("a", [("href", address.text), ("title", link.title), ("rel", address.isRelative ? nil : relation)])
        render(link.content)
        writer.close("a")
        isWithinLink = false
    }

    private mutating func render(image: MarkdownLink) {
        let description = PlainText.words(of: image.content)
        switch policy.images {
        case .asText: writer.text(description)
        case .shown(let isAccepted):
            let address = LinkAddress(image.destination, schemes: ["http", "https"], allowsRelative: policy.allowsRelativeLinks)
            guard let address, isAccepted(address.text) else { fallthrough }
            writer.empty("img", [("src", address.text), ("alt", description), ("title", image.title)])
        case .asLinks:
            // Without a description there would be nothing to press.
            let content = description.isEmpty ? image.destination : description
            render(MarkdownLink(destination: image.destination, title: image.title, content: [.text(content)]))
        }
    }
}
