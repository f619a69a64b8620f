/**
 * The live runtime: wall clock, and every component an Akka Typed actor of its own. The order of
 * messages is Akka's: first in, first out for each pair of sender and receiver, and nothing else.
 *
 * <p>Documents: Akka 2.8.5, "Message Delivery Reliability"; Mattern, "Algorithms for distributed
 * termination detection", 1987, for when nothing is on its way.
 *
 * <p>Start at {@link irqlab.live.LiveMachine}, then {@code Hosted}, the one actor there is.
 */
package irqlab.live;
