/** The code of the page "Embed irqlab", cluster-config/docs/embed.md; a spec keeps both equal. */
package irqlab.examples;
