import Foundation
import SupportPortal

/// A page of a manual, with the folder that it comes from.
struct ManualPage {
    var category: String
    var title: String
    var text: String
    var language = ""
    var isDraft = false
    /// An id of the host's own choice.
    var id: Article.ID?

    /// Markdown, text and manual pages in a folder and below it, those that can be read.
    static func pages(below folder: URL, limit: Int) -> [ManualPage] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        var pages: [ManualPage] = []
        while pages.count < limit, let file = files?.nextObject() as? URL {
            let ending = file.pathExtension.lowercased()
            let isPage = ["md", "txt", "rst"].contains(ending) || (ending.count == 1 && "12345678".contains(ending))
            guard isPage, let data = try? Data(contentsOf: file), data.count < 500_000,
                let text = String(data: data, encoding: .utf8)
            else { continue }
            let plain = ending.count == 1 ? withoutRequests(text) : text
            pages.append(
                ManualPage(
                    category: file.deletingLastPathComponent().lastPathComponent,
                    title: title(of: plain) ?? file.deletingPathExtension().lastPathComponent, text: plain))
        }
        return pages
    }

    /// The first line with a letter in it.
    private static func title(of text: String) -> String? {
        let lines = text.prefix(2_000).split(whereSeparator: \.isNewline)
        let line = lines.first { $0.contains(where: \.isLetter) }
        return line.map { String($0.drop { $0 == "#" || $0 == " " }.prefix(150)) }
    }

    /// The words of a page written for troff: without lines that are requests, and without escapes.
    private static func withoutRequests(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix(".SH") || line.hasPrefix(".TH") { return "\n## " + line.dropFirst(4).filter { $0 != "\"" } }
            let words = String(line.hasPrefix(".") ? line.drop { $0 != " " } : line)
            return words.replacing("\\fB", with: "").replacing("\\fI", with: "").replacing("\\fR", with: "")
                .replacing("\\-", with: "-")
        }.joined(separator: "\n")
    }

    /// What comes with the example.
    static let builtIn = [
        ManualPage(
            category: "Servers", title: "A VPS does not boot",
            text: """
                After an update of the **kernel** the machine may not start.

                1. Open the console and wait for the boot menu.
                2. Choose the previous kernel and let the VPS start.
                3. Remove the broken kernel, then reboot.
                """),
        ManualPage(
            category: "Servers", title: "Resize a disk",
            text: "Choose the VPS, then *Disk*. A disk can only grow. Afterwards resize the file system: `resize2fs /dev/vda1`."),
        ManualPage(
            category: "Servers", title: "Reset the root password",
            text: "Press **Reset password** on the page of the VPS. It restarts; the new password is shown once."),
        ManualPage(
            category: "Servers", title: "Back up and restore",
            text:
                "Backups are made each night and kept for 14 days. To restore one, choose its day; the disk is replaced as a whole."
        ),
        ManualPage(
            category: "Mail", title: "Mail is not delivered",
            text:
                "Look at the menu *Queue*. Mail waits there while the other side refuses it, and it will boot you out of its list of spammers."
        ),
        ManualPage(
            category: "Mail", title: "Passwort eines Postfachs zurücksetzen",
            text: "Im Menü *Postfächer* das Postfach wählen, dann **Passwort zurücksetzen**.", language: "de"),
        ManualPage(
            category: "Web", title: "Renew a certificate",
            text:
                "Certificates are renewed by themselves 30 days before they expire. Press **Renew** to do it now; DNS must point here."
        ),
        ManualPage(
            category: "Web", title: "Where outages are announced",
            text: "On the status page, and by mail to whoever asked for it.", id: PinnedAnswers.outages),
        ManualPage(category: "Web", title: "Unfinished", text: "A fragment of a draft, for agents alone.", isDraft: true),
    ]
}
