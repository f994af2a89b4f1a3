extension FoldingTable {
    /// Sixteen scalars in a row, starting with one whose number ends in zero.
    struct Row {
        var first: UInt32
        /// What each becomes, divided by spaces: `-` for what separates words, `.` for what is left out of them.
        var folds: String

        init(_ first: UInt32, _ folds: String) {
            self.first = first
            self.folds = folds
        }
    }

    /// Latin, Greek and Cyrillic, and the ligatures of typesetters: the lower case of the letters that are left when a scalar is
    /// taken apart by Unicode's compatibility decomposition and its marks are dropped. Letters with strokes and hooks, which
    /// Unicode does not take apart, become the letter that their name says.
    static let rows: [Row] = [
        Row(0x00A0, "- - - - - - - - - - a - - . - -"),
        Row(0x00B0, "- - 2 3 - μ - - - 1 o - - - - -"),
        Row(0x00C0, "a a a a a a ae c e e e e i i i i"),
        Row(0x00D0, "d n o o o o o - o u u u u y th ss"),
        Row(0x00E0, "a a a a a a ae c e e e e i i i i"),
        Row(0x00F0, "d n o o o o o - o u u u u y th y"),
        Row(0x0100, "a a a a a a c c c c c c c c d d"),
        Row(0x0110, "d d e e e e e e e e e e g g g g"),
        Row(0x0120, "g g g g h h h h i i i i i i i i"),
        Row(0x0130, "i i ij ij j j k k k l l l l l l l"),
        Row(0x0140, "l l l n n n n n n n n n o o o o"),
        Row(0x0150, "o o oe oe r r r r r r s s s s s s"),
        Row(0x0160, "s s t t t t t t u u u u u u u u"),
        Row(0x0170, "u u u u w w y y y z z z z z z s"),
        Row(0x0180, "b b b b ƅ ƅ ɔ c c d d d d ƍ ǝ ə"),
        Row(0x0190, "ɛ f f g ɣ ƕ ɩ i k k l ƛ ɯ n n ɵ"),
        Row(0x01A0, "o o ƣ ƣ p p ʀ ƨ ƨ ʃ ƪ t t t t u"),
        Row(0x01B0, "u ʊ v y y z z ʒ ƹ ƹ ƺ ƻ ƽ ƽ ƾ w"),
        Row(0x01C0, "ǀ ǁ ǂ ǃ dz dz dz lj lj lj nj nj nj a a i"),
        Row(0x01D0, "i o o u u u u u u u u u u ǝ a a"),
        Row(0x01E0, "a a ae ae g g g g k k o o o o ʒ ʒ"),
        Row(0x01F0, "j dz dz dz g g ƕ w n n a a ae ae o o"),
        Row(0x0200, "a a a a e e e e i i i i o o o o"),
        Row(0x0210, "r r r r u u u u s s t t ȝ ȝ h h"),
        Row(0x0220, "n d ȣ ȣ z z a a e e o o o o o o"),
        Row(0x0230, "o o y y l n t ȷ ȸ ȹ a c c l t s"),
        Row(0x0240, "z ɂ ɂ b ʉ ʌ e e j j q q r r y y"),
        Row(0x0250, "ɐ ɑ ɒ b ɔ c d d ɘ ə ɚ ɛ ɜ ɝ ɞ ɟ"),
        Row(0x0260, "g ɡ ɢ ɣ ɤ ɥ h ɧ i ɩ ɪ l l l ɮ ɯ"),
        Row(0x0270, "ɰ m n n ɴ ɵ ɶ ɷ ɸ ɹ ɺ ɻ r r r ɿ"),
        Row(0x0280, "ʀ ʁ s ʃ ʄ ʅ ʆ ʇ t ʉ ʊ v ʌ ʍ ʎ ʏ"),
        Row(0x0290, "z z ʒ ʓ ʔ ʕ ʖ ʗ ʘ ʙ ʚ ʛ ʜ j ʞ ʟ"),
        Row(0x02A0, "q ʡ ʢ ʣ ʤ ʥ ʦ ʧ ʨ ʩ ʪ ʫ ʬ ʭ ʮ ʯ"),
        Row(0x0370, "ͱ ͱ ͳ ͳ - - ͷ ͷ - - - ͻ ͼ ͽ - ϳ"),
        Row(0x0380, "- - - - - - α - ε η ι - ο - υ ω"),
        Row(0x0390, "ι α β γ δ ε ζ η θ ι κ λ μ ν ξ ο"),
        Row(0x03A0, "π ρ - σ τ υ φ χ ψ ω ι υ α ε η ι"),
        Row(0x03B0, "υ α β γ δ ε ζ η θ ι κ λ μ ν ξ ο"),
        Row(0x03C0, "π ρ σ σ τ υ φ χ ψ ω ι υ ο υ ω ϗ"),
        Row(0x03D0, "β θ υ υ υ φ π ϗ ϙ ϙ ϛ ϛ ϝ ϝ ϟ ϟ"),
        Row(0x03E0, "ϡ ϡ ϣ ϣ ϥ ϥ ϧ ϧ ϩ ϩ ϫ ϫ ϭ ϭ ϯ ϯ"),
        Row(0x03F0, "κ ρ σ ϳ θ ε - ϸ ϸ σ ϻ ϻ ϼ ͻ ͼ ͽ"),
        Row(0x0400, "е е ђ г є ѕ і і ј љ њ ћ к и у џ"),
        Row(0x0410, "а б в г д е ж з и и к л м н о п"),
        Row(0x0420, "р с т у ф х ц ч ш щ ъ ы ь э ю я"),
        Row(0x0430, "а б в г д е ж з и и к л м н о п"),
        Row(0x0440, "р с т у ф х ц ч ш щ ъ ы ь э ю я"),
        Row(0x0450, "е е ђ г є ѕ і і ј љ њ ћ к и у џ"),
        Row(0x0460, "ѡ ѡ ѣ ѣ ѥ ѥ ѧ ѧ ѩ ѩ ѫ ѫ ѭ ѭ ѯ ѯ"),
        Row(0x0470, "ѱ ѱ ѳ ѳ ѵ ѵ ѵ ѵ ѹ ѹ ѻ ѻ ѽ ѽ ѿ ѿ"),
        Row(0x0480, "ҁ ҁ - . . . . . . . ҋ ҋ ҍ ҍ ҏ ҏ"),
        Row(0x0490, "ґ ґ ғ ғ ҕ ҕ җ җ ҙ ҙ қ қ ҝ ҝ ҟ ҟ"),
        Row(0x04A0, "ҡ ҡ ң ң ҥ ҥ ҧ ҧ ҩ ҩ ҫ ҫ ҭ ҭ ү ү"),
        Row(0x04B0, "ұ ұ ҳ ҳ ҵ ҵ ҷ ҷ ҹ ҹ һ һ ҽ ҽ ҿ ҿ"),
        Row(0x04C0, "ӏ ж ж ӄ ӄ ӆ ӆ ӈ ӈ ӊ ӊ ӌ ӌ ӎ ӎ ӏ"),
        Row(0x04D0, "а а а а ӕ ӕ е е ә ә ә ә ж ж з з"),
        Row(0x04E0, "ӡ ӡ и и и и о о ө ө ө ө э э у у"),
        Row(0x04F0, "у у у у ч ч ӷ ӷ ы ы ӻ ӻ ӽ ӽ ӿ ӿ"),
        Row(0x0500, "ԁ ԁ ԃ ԃ ԅ ԅ ԇ ԇ ԉ ԉ ԋ ԋ ԍ ԍ ԏ ԏ"),
        Row(0x0510, "ԑ ԑ ԓ ԓ ԕ ԕ ԗ ԗ ԙ ԙ ԛ ԛ ԝ ԝ ԟ ԟ"),
        Row(0x0520, "ԡ ԡ ԣ ԣ ԥ ԥ ԧ ԧ ԩ ԩ ԫ ԫ ԭ ԭ ԯ ԯ"),
        Row(0x1E00, "a a b b b b b b c c d d d d d d"),
        Row(0x1E10, "d d d d e e e e e e e e e e f f"),
        Row(0x1E20, "g g h h h h h h h h h h i i i i"),
        Row(0x1E30, "k k k k k k l l l l l l l l m m"),
        Row(0x1E40, "m m m m n n n n n n n n o o o o"),
        Row(0x1E50, "o o o o p p p p r r r r r r r r"),
        Row(0x1E60, "s s s s s s s s s s t t t t t t"),
        Row(0x1E70, "t t u u u u u u u u u u v v v v"),
        Row(0x1E80, "w w w w w w w w w w x x x x y y"),
        Row(0x1E90, "z z z z z z h t w y a s ẜ ẝ ss ẟ"),
        Row(0x1EA0, "a a a a a a a a a a a a a a a a"),
        Row(0x1EB0, "a a a a a a a a e e e e e e e e"),
        Row(0x1EC0, "e e e e e e e e i i i i o o o o"),
        Row(0x1ED0, "o o o o o o o o o o o o o o o o"),
        Row(0x1EE0, "o o o o u u u u u u u u u u u u"),
        Row(0x1EF0, "u u y y y y y y y y ỻ ỻ ỽ ỽ y y"),
        Row(0x1F00, "α α α α α α α α α α α α α α α α"),
        Row(0x1F10, "ε ε ε ε ε ε - - ε ε ε ε ε ε - -"),
        Row(0x1F20, "η η η η η η η η η η η η η η η η"),
        Row(0x1F30, "ι ι ι ι ι ι ι ι ι ι ι ι ι ι ι ι"),
        Row(0x1F40, "ο ο ο ο ο ο - - ο ο ο ο ο ο - -"),
        Row(0x1F50, "υ υ υ υ υ υ υ υ - υ - υ - υ - υ"),
        Row(0x1F60, "ω ω ω ω ω ω ω ω ω ω ω ω ω ω ω ω"),
        Row(0x1F70, "α α ε ε η η ι ι ο ο υ υ ω ω - -"),
        Row(0x1F80, "α α α α α α α α α α α α α α α α"),
        Row(0x1F90, "η η η η η η η η η η η η η η η η"),
        Row(0x1FA0, "ω ω ω ω ω ω ω ω ω ω ω ω ω ω ω ω"),
        Row(0x1FB0, "α α α α α - α α α α α α α - ι -"),
        Row(0x1FC0, "- - η η η - η η ε ε η η η - - -"),
        Row(0x1FD0, "ι ι ι ι - - ι ι ι ι ι ι - - - -"),
        Row(0x1FE0, "υ υ υ υ ρ ρ υ υ υ υ υ υ ρ - - -"),
        Row(0x1FF0, "- - ω ω ω - ω ω ο ο ω ω ω - - -"),
        Row(0xFB00, "ff fi fl ffi ffl st st - - - - - - - - -"),
    ]

    /// Single scalars elsewhere that Unicode takes to be the same as another with a mark that is left out of words.
    static let pairs: [(UInt32, UInt32)] = [
        // Greek and Latin signs.
        (0x2126, 0x03C9), (0x212A, 0x006B), (0x212B, 0x0061),
        // Hebrew letters with points.
        (0xFB1D, 0x05D9), (0xFB1F, 0x05F2), (0xFB2A, 0x05E9), (0xFB2B, 0x05E9), (0xFB2C, 0x05E9), (0xFB2D, 0x05E9),
        (0xFB2E, 0x05D0), (0xFB2F, 0x05D0), (0xFB30, 0x05D0), (0xFB31, 0x05D1), (0xFB32, 0x05D2), (0xFB33, 0x05D3),
        (0xFB34, 0x05D4), (0xFB35, 0x05D5), (0xFB36, 0x05D6), (0xFB38, 0x05D8), (0xFB39, 0x05D9), (0xFB3A, 0x05DA),
        (0xFB3B, 0x05DB), (0xFB3C, 0x05DC), (0xFB3E, 0x05DE), (0xFB40, 0x05E0), (0xFB41, 0x05E1), (0xFB43, 0x05E3),
        (0xFB44, 0x05E4), (0xFB46, 0x05E6), (0xFB47, 0x05E7), (0xFB48, 0x05E8), (0xFB49, 0x05E9), (0xFB4A, 0x05EA),
        (0xFB4B, 0x05D5), (0xFB4C, 0x05D1), (0xFB4D, 0x05DB), (0xFB4E, 0x05E4),
        // Arabic letters with hamza or madda.
        (0x0622, 0x0627), (0x0623, 0x0627), (0x0624, 0x0648), (0x0625, 0x0627), (0x0626, 0x064A), (0x06C0, 0x06D5),
        (0x06C2, 0x06C1), (0x06D3, 0x06D2),
        // Devanagari, Bengali, Gurmukhi and Oriya letters with a dot.
        (0x0929, 0x0928), (0x0931, 0x0930), (0x0934, 0x0933), (0x0958, 0x0915), (0x0959, 0x0916), (0x095A, 0x0917),
        (0x095B, 0x091C), (0x095C, 0x0921), (0x095D, 0x0922), (0x095E, 0x092B), (0x095F, 0x092F), (0x09DC, 0x09A1),
        (0x09DD, 0x09A2), (0x09DF, 0x09AF), (0x0A33, 0x0A32), (0x0A36, 0x0A38), (0x0A59, 0x0A16), (0x0A5A, 0x0A17),
        (0x0A5B, 0x0A1C), (0x0A5E, 0x0A2B), (0x0B5C, 0x0B21), (0x0B5D, 0x0B22),
    ]
}
