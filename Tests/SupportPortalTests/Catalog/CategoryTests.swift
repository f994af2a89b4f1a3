import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Slugs")
struct SlugTests {
    @Test(
        "Made of titles",
        arguments: [
            ("Reset your password", "reset-your-password"), ("  Über   Größe! ", "uber-grosse"), ("IPv6 & /64", "ipv6-64"),
            ("パスワードの変更", "パスワードの変更"), ("Пароль — сброс", "пароль-сброс"), ("!!!", "item"), ("", "item"), ("a--b", "a-b"),
            ("İstanbul", "istanbul"),
        ])
    func made(_ title: String, _ slug: String) {
        #expect(Slug(SingleLine(title)).rawValue == slug)
        #expect(Slug(rawValue: slug)?.rawValue == slug)
    }

    @Test("Whatever a title holds, its slug is read again; anything else is none")
    func any() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            var title = ""
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                let scalar = UInt32.random(in: 0...0x2FFFF, using: &generator)
                title.unicodeScalars.append(Unicode.Scalar(scalar) ?? " ")
            }
            let slug = Slug(SingleLine(title))
            #expect(Slug(rawValue: slug.rawValue) == slug, "\(title.unicodeScalars.map(\.value))")
        }
        for text in ["", "-", "a-", "-a", "a--b", "A", "a b", "a/b", "../x", "a\0", "ä?", String(repeating: "a", count: 121)] {
            #expect(Slug(rawValue: text) == nil, "\(text)")
        }
        #expect(Slug(SingleLine(String(repeating: "word ", count: 100))).rawValue.utf8.count <= Slug.longest)
    }
}
