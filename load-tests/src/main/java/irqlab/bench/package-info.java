/**
 * Speed, as ratios measured side by side in one run: design section 9 names them D1, D5a to D5c, S1
 * and B2.
 *
 * <p>Start at {@link irqlab.bench.Bench}. The yardsticks are {@link irqlab.bench.BareLoop} and
 * {@link irqlab.bench.FlatSelfIpi}: the same work by hand on flat arrays.
 */
package irqlab.bench;
