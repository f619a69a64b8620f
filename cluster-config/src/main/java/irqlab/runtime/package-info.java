/**
 * The contract of components, and the single-threaded runtime in virtual time. No Akka: usable in
 * any program.
 *
 * <p>Start at {@link irqlab.runtime.Component} and {@link irqlab.runtime.Io}, then {@link
 * irqlab.runtime.Board}.
 */
package irqlab.runtime;
