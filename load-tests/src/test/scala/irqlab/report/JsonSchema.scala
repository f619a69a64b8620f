package irqlab.report

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

import scala.jdk.CollectionConverters._

/** As much of JSON Schema as our schema uses; an unknown keyword is an error, not a pass. */
class JsonSchema(root: JsonNode) {
  private val silent = Set("$schema", "$id", "$defs", "title", "description")

  def faults(value: JsonNode): Seq[String] = faults(root, value, "")

  private def faults(schema: JsonNode, value: JsonNode, at: String): Seq[String] =
    schema.properties().asScala.toSeq.flatMap { entry =>
      val rule = entry.getValue
      entry.getKey match {
        case "type" => typed(rule, value, at)
        case "$ref" => faults(root.at(rule.asText.drop(1)), value, at)
        case "allOf" => rule.asScala.toSeq.flatMap(faults(_, value, at))
        case "enum" => fault(rule.asScala.exists(_ == value), s"$at: $value is not one of $rule")
        case "pattern" =>
          fault(!value.isTextual || value.asText.matches(rule.asText), s"$at: $value has no $rule")
        case "minimum" =>
          fault(!value.isNumber || value.asDouble >= rule.asDouble, s"$at: $value is below $rule")
        case "required" if value.isObject =>
          rule.asScala.toSeq.map(_.asText).filterNot(value.has).map(name => s"$at has no $name")
        case "properties" if value.isObject =>
          rule.properties().asScala.toSeq.filter(each => value.has(each.getKey))
            .flatMap(each => faults(each.getValue, value.get(each.getKey), s"$at/${each.getKey}"))
        case "additionalProperties" if value.isObject =>
          value.properties().asScala.toSeq
            .flatMap(each => faults(rule, each.getValue, s"$at/${each.getKey}"))
        case "items" if value.isArray =>
          value.asScala.toSeq.zipWithIndex.flatMap { case (item, i) => faults(rule, item, s"$at/$i") }
        case "required" | "properties" | "additionalProperties" | "items" => Nil
        case known if silent(known) => Nil
        case other => Seq(s"the schema's keyword $other is not understood")
      }
    }

  private def typed(rule: JsonNode, value: JsonNode, at: String): Seq[String] = {
    val allowed = if (rule.isArray) rule.asScala.map(_.asText).toSeq else Seq(rule.asText)
    fault(allowed.exists(is(_, value)), s"$at: $value is not ${allowed.mkString(" or ")}")
  }

  private def is(name: String, value: JsonNode): Boolean = name match {
    case "object" => value.isObject
    case "array" => value.isArray
    case "string" => value.isTextual
    case "integer" => value.isIntegralNumber
    case "number" => value.isNumber
    case "boolean" => value.isBoolean
    case "null" => value.isNull
  }

  private def fault(good: Boolean, text: => String): Seq[String] = if (good) Nil else Seq(text)
}

object JsonSchema {
  def ofClassPath(name: String): JsonSchema =
    new JsonSchema(new ObjectMapper().readTree(getClass.getResource(name)))
}
