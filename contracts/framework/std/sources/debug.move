// SPDX-License-Identifier: Apache-2.0

/// Output for whoever runs the code; without effect on the chain.
module std::debug;

/// Prints a value.
public native fun print<T>(x: &T);

/// Prints the call stack.
public native fun print_stack_trace();
