/**
 * A strict reader of HOCON: every key known, every value of its kind, every fault with its place.
 *
 * <p>Typesafe config reads the syntax and keeps the line of each value, but lets an unknown key
 * pass in silence (lightbend/config, issue 396). Here a text is first measured ({@link
 * irqlab.topology.hocon.SourceText}), so that one that is too large, too deep or no text at all is
 * answered at once; then parsed with its includes ({@link irqlab.topology.hocon.Document}); then
 * read through {@link irqlab.topology.hocon.Section}s, that collect {@link
 * irqlab.topology.hocon.Fault}s and go on. All faults are thrown together.
 *
 * <p>Start at {@code Document}. Nothing here knows what a machine is.
 */
package irqlab.topology.hocon;
