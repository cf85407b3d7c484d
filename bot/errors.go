package bot

// UserError is an error that a person is shown. Text is for the person, in
// their language; Err, if any, is for the log. Every other error is logged with
// an id, and the person gets a neutral sentence with that id.
type UserError struct {
	Text string
	Err  error
}

// Error is the cause for the log, or the text.
func (e *UserError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Text
}

// Unwrap gives access to the cause.
func (e *UserError) Unwrap() error { return e.Err }
