// Node 24.19 made node::ObjectWrap add and remove a hook of its environment. The removal aborts the process where the
// garbage collector runs it outside of any context, as it does for a statement or a database of better-sqlite3 12
// (WiseLibs/better-sqlite3#1515). Compiled after this, the wrap is what it was before; the driver's own hook stays.
#include <node.h>
namespace node {
inline void NoEnvironmentCleanupHook(v8::Isolate*, void (*)(void*), void*) {}
}
#define AddEnvironmentCleanupHook NoEnvironmentCleanupHook
#define RemoveEnvironmentCleanupHook NoEnvironmentCleanupHook
#include <node_object_wrap.h>
#undef AddEnvironmentCleanupHook
#undef RemoveEnvironmentCleanupHook
