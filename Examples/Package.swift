// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let portal = Target.Dependency.product(name: "SupportPortal", package: "swift-support-portal")
let testing = Target.Dependency.product(name: "SupportPortalTesting", package: "swift-support-portal")

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "Tour", targets: ["Tour"]),
        .executable(name: "OpenTicket", targets: ["OpenTicket"]),
        .executable(name: "ReplyAndClose", targets: ["ReplyAndClose"]),
        .executable(name: "AgentDesk", targets: ["AgentDesk"]),
        .executable(name: "MockedStore", targets: ["MockedStore"]),
        .executable(name: "MoveThePortal", targets: ["MoveThePortal"]),
        .executable(name: "CrashAndRecover", targets: ["CrashAndRecover"]),
        .executable(name: "ShareAFile", targets: ["ShareAFile"]),
        .executable(name: "PublishNews", targets: ["PublishNews"]),
        .executable(name: "KnowledgebaseSearch", targets: ["KnowledgebaseSearch"]),
    ],
    dependencies: [.package(name: "swift-support-portal", path: "..")],
    targets: [
        .target(name: "Narration", swiftSettings: settings),
        .executableTarget(name: "Tour", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "OpenTicket", dependencies: [portal], swiftSettings: settings),
        .executableTarget(name: "ReplyAndClose", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "AgentDesk", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "MockedStore", dependencies: [portal, "Narration"], swiftSettings: settings),
        .executableTarget(name: "MoveThePortal", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "CrashAndRecover", dependencies: [portal, "Narration"], swiftSettings: settings),
        .executableTarget(name: "ShareAFile", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "PublishNews", dependencies: [portal, testing, "Narration"], swiftSettings: settings),
        .executableTarget(name: "KnowledgebaseSearch", dependencies: [portal, "Narration"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
