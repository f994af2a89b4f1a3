// swift-tools-version: 6.2
import PackageDescription

// No dependencies, on purpose: a host that embeds the portal links Swift, Foundation and nothing else.
// Packages below Examples/ and Tests/ may have some, because real hosts do.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatWarning("ExplicitSendable", as: .warning),
]

let package = Package(
    name: "swift-support-portal",
    platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .watchOS(.v11), .visionOS(.v2)],
    products: [
        .library(name: "SupportPortal", targets: ["SupportPortal"]),
        .library(name: "SupportPortalTesting", targets: ["SupportPortalTesting"]),
    ],
    targets: [
        .target(name: "SecureDigest", swiftSettings: settings),
        .target(name: "TextSearch", swiftSettings: settings),
        .target(name: "SafeMarkdown", swiftSettings: settings),
        .target(name: "JSONLog", swiftSettings: settings),
        .target(
            name: "SupportPortal", dependencies: ["JSONLog", "SafeMarkdown", "SecureDigest", "TextSearch"],
            swiftSettings: settings),
        .target(name: "SupportPortalTesting", dependencies: ["SupportPortal"], swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "JSONLogTests", dependencies: ["JSONLog", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "TextSearchTests", dependencies: ["TextSearch"], swiftSettings: settings),
        .testTarget(name: "SafeMarkdownTests", dependencies: ["SafeMarkdown", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "SecureDigestTests", dependencies: ["SecureDigest"], swiftSettings: settings),
        .testTarget(
            name: "SupportPortalTests",
            dependencies: ["JSONLog", "SecureDigest", "SupportPortal", "SupportPortalTesting", "TestSupport"],
            exclude: ["Storage/Golden"], swiftSettings: settings),
        .testTarget(
            name: "SupportPortalTestingTests", dependencies: ["JSONLog", "SupportPortal", "SupportPortalTesting", "TestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
