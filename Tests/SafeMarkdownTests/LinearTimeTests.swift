import SafeMarkdown
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite("Texts that make others slow")
struct LinearTimeTests {
    /// Of the biggest text that is tried for its time; debug builds are many times slower.
    private static let size = 200_000

    @Test(
        "Four times the text takes about four times as long", .enabled(if: Thoroughness.isFull),
        arguments: HostileShapes.all.indices)
    func time(index: Int) {
        let shape = HostileShapes.all[index]
        let (short, long) = (shape.make(Self.size / 4), shape.make(Self.size))
        // Of the processor alone, the least of several, so that what else runs does not count.
        var best = Double.infinity
        for _ in 0..<5 where best > 7 {
            let (first, second) = (Self.milliseconds(for: short), Self.milliseconds(for: long))
            // With time by the square it would be sixteen times. What takes almost none is not looked at.
            best = min(best, second / max(first, 1))
        }
        #expect(best <= 7, "\(shape.name)")
    }

    @Test("They make safe HTML, and not much more than they are", arguments: HostileShapes.all.indices)
    func safe(index: Int) {
        let shape = HostileShapes.all[index]
        let text = shape.make(1000)
        let problems = HostileTextTests.problems(with: text)
        #expect(problems == [], "\(shape.name)")
        let html = MarkdownDocument(parsing: text).html().text
        #expect(html.utf8.count < 60 * text.utf8.count + 200_000, "\(shape.name)")
    }

    @Test("A megabyte of them does not run out of stack", .enabled(if: Thoroughness.isFull))
    func deep() {
        for unit in ["> ", "- ", "1. ", "> - ", "*a **a ", "[", "![a", "<b>"] {
            let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
            let document = MarkdownDocument(parsing: text, limits: MarkdownLimits(nesting: .max))
            #expect(!document.html().text.isEmpty && document == document)
        }
    }

    private static func milliseconds(for text: String) -> Double {
        let start = processorTime()
        let document = MarkdownDocument(parsing: text)
        _ = document.html(HTMLPolicy(images: .shown { _ in true }, headingIDPrefix: "a-"))
        _ = document.plainText
        _ = document.mailText
        _ = document.summary(limit: 100)
        return processorTime() - start
    }

    /// Of this thread, in milliseconds.
    private static func processorTime() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
    }
}
