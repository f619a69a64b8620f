/**
 * The ledger: every raise has a name and a fate, and the sums close.
 *
 * <p>Start at {@link irqlab.observe.InterruptId}, then {@link irqlab.observe.Fate}, then {@link
 * irqlab.observe.Ledger}. The laws are those of experiment E-83.
 */
package irqlab.observe;
