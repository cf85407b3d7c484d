package llm

import (
	"context"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// The ways of asking for JSON, the strictest first. Endpoints differ in what they
// know; the reply is checked the same way after each.
const (
	formSchema int32 = iota
	formObject
	formText
)

// chat asks for a verdict and gives the reply as it is.
func (c *client) chat(ctx context.Context, p prompt, wording bool) (string, *failure) {
	for form := c.form.Load(); ; form++ {
		var reply string
		f := retrying(ctx, func() *failure {
			var f *failure
			reply, f = c.chatOnce(ctx, p, wording, form)
			return f
		})
		if f == nil {
			c.form.Store(form)
			return reply, nil
		}
		if !f.refused() || form >= formText {
			return "", f
		}
	}
}

func (c *client) chatOnce(ctx context.Context, p prompt, wording bool, form int32) (string, *failure) {
	res, err := c.api.CreateChatCompletion(ctx, c.request(p, wording, form))
	if err != nil {
		return "", classify(ctx, err, res.Header())
	}
	if len(res.Choices) == 0 || res.Choices[0].Message.Content == "" {
		return "", &failure{kind: kindGarbage}
	}
	return res.Choices[0].Message.Content, nil
}

func (c *client) request(p prompt, wording bool, form int32) openai.ChatCompletionRequest {
	r := openai.ChatCompletionRequest{Model: c.model, Messages: []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: system(wording)},
		{Role: openai.ChatMessageRoleUser, Content: p.text()},
	}}
	if reasons(c.model) { // they take no temperature, and think within the limit
		r.MaxCompletionTokens = 4 * maxTokens
	} else {
		r.Temperature = 0.01    // 0 is left out by the library
		r.MaxTokens = maxTokens //nolint:staticcheck // the name that other endpoints than OpenAI's know
	}
	switch form {
	case formSchema:
		r.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: "verdict", Schema: schema(p.ids(), wording), Strict: true},
		}
	case formObject:
		r.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	return r
}

// reasons reports whether the name is one of a model that thinks first; the library
// refuses a temperature for them.
func reasons(model string) bool {
	for _, prefix := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(model, prefix) {
			return true
		}
	}
	return false
}
