/**
 * What is done to a machine and what is expected of it: load, affinity moves, checks, the end.
 *
 * <p>Plain immutable records on top of {@link irqlab.topology}, safe to share between threads.
 * Start at {@link irqlab.scenario.Scenario}; {@link irqlab.scenario.ScenarioReader} makes one of a
 * file, of standard input or of a built-in name ({@link irqlab.scenario.Scenarios}), and {@link
 * irqlab.scenario.ScenarioWriter} writes it back with every setting filled in. {@link
 * irqlab.scenario.Importer} makes the text of one from {@code /proc/interrupts}.
 *
 * <p>Times of loads and moves count from the end of boot, when the load begins.
 */
package irqlab.scenario;
