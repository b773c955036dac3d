// Task: a move-only void() callable with inline storage. A timer of the virtual engine costs no
// allocation, which is what lets it run hundreds of millions of them.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "harness/base/check.h"

namespace pushpull {

class Task {
 public:
  // Large enough for `this`, a shared_ptr and three words; a larger capture fails to compile: put
  // it behind a pointer.
  static constexpr size_t kCapacity = 48;

  Task() = default;
  template <class F, class = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Task>>>
  Task(F&& f) : operations_(&kOperations<std::decay_t<F>>) {
    using Callable = std::decay_t<F>;
    static_assert(sizeof(Callable) <= kCapacity, "capture too large for a Task");
    static_assert(alignof(Callable) <= alignof(std::max_align_t));
    static_assert(std::is_nothrow_move_constructible_v<Callable>);
    ::new (static_cast<void*>(storage_)) Callable(std::forward<F>(f));
  }
  Task(Task&& other) noexcept { take(other); }
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { reset(); }

  explicit operator bool() const { return operations_ != nullptr; }
  void operator()() {
    CHECK(operations_ != nullptr);
    operations_->call(storage_);
  }

 private:
  struct Operations {
    void (*call)(void*);
    void (*move)(void* from, void* to);  // leaves `from` destroyed
    void (*destroy)(void*);
  };
  template <class C>
  static constexpr Operations kOperations = {[](void* p) { (*static_cast<C*>(p))(); },
                                             [](void* from, void* to) {
                                               ::new (to) C(std::move(*static_cast<C*>(from)));
                                               static_cast<C*>(from)->~C();
                                             },
                                             [](void* p) { static_cast<C*>(p)->~C(); }};

  void take(Task& other) {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ != nullptr) operations_->move(other.storage_, storage_);
  }
  void reset() {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(storage_);
  }

  const Operations* operations_ = nullptr;
  alignas(std::max_align_t) std::byte storage_[kCapacity];
};

}  // namespace pushpull
