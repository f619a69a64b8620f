/**
 * Virtual time over several groups of components: each group is a {@link irqlab.runtime.Board} in
 * an actor of its own, and the groups meet in windows. The digest is that of one board.
 *
 * <p>Algorithm, proof and cost: cluster-config/docs/virtual-time.md. Its family: Nicol, "The Cost
 * of Conservative Synchronization in Parallel Discrete Event Simulations", JACM 40(2), 1993.
 *
 * <p>Start at {@link irqlab.windowed.WindowedMachine}, then {@code Group}, the algorithm without
 * actors.
 */
package irqlab.windowed;
